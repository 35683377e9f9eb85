"""Recipes of the detectors for pictures: the shipped viewer, the signal detectors, and how both are judged."""
