"""Verdicts of a stored experiment → terminal, JSON, HTML. Renders what the lab concluded and computes nothing of its own."""

from __future__ import annotations

from eschew.report.experiment.page import write_experiment_page
from eschew.report.experiment.structured import experiment_json, full_experiment_json
from eschew.report.experiment.terminal import print_verdicts

__all__ = ["experiment_json", "full_experiment_json", "print_verdicts", "write_experiment_page"]
