"""Comparison → terminal, JSON, HTML. Renders what the lab found and computes nothing of its own.

Importing this package is cheap: sound and pictures are loaded when a page is written.
"""

from __future__ import annotations

from eschew.report.page import write_page
from eschew.report.structured import full_json, json_object
from eschew.report.terminal import print_comparison

__all__ = ["full_json", "json_object", "print_comparison", "write_page"]
