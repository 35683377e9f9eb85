"""Train the detectors of eschew.lab, and judge them on effects that other people wrote."""
