"""Say what you don't want, and know that it worked: negative prompting for image and music generation."""

__version__ = "0.1.0"
