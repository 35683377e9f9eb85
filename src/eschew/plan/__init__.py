"""Request + what the model can do → Plan: what will run, and why each knob stands where it stands."""

from __future__ import annotations

from eschew.plan.decide import decide, draft_of, without_negative
from eschew.plan.values import Change, Plan, from_json, replay, to_json

__all__ = ["Change", "Plan", "decide", "draft_of", "from_json", "replay", "to_json", "without_negative"]
