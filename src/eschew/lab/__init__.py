"""Plans × seeds → verdicts: pairing, detectors, counting. Loads the listeners only when something is heard."""
