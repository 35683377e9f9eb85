"""nano-image: latent diffusion in the classes of Stable Diffusion, run by ONNX Runtime."""
