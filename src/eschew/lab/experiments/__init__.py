"""Experiments: prompts × arms × seeds from a file or from code, run into a store by one process or many, and found again."""
