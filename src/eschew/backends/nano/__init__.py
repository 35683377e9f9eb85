"""The embedded models: trained by `training/`, shipped in the wheel, run by ONNX Runtime."""
