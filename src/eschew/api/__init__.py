"""The public verbs. Each takes plain values, gives plain values, and raises only errors of `eschew.errors`."""

from __future__ import annotations

from eschew.api.catalogue import KnobRow, MethodRow, ModelRow, method_page, methods, models
from eschew.api.making import (
    DEMO_PAIRS,
    compare,
    comparison_json,
    demo,
    doctor,
    file_for,
    generate,
    print_comparison,
)
from eschew.api.steering import attach
from eschew.api.telling import (
    advise,
    check,
    check_policy,
    concepts,
    convert,
    explain,
    finding_json,
    fix,
    import_policy,
    plan,
    plan_difference,
    plan_json,
    read_plan,
    rules,
    surprises,
)
from eschew.request import Engine, Request

__all__ = [
    "DEMO_PAIRS",
    "Engine",
    "KnobRow",
    "MethodRow",
    "ModelRow",
    "Request",
    "advise",
    "attach",
    "check",
    "check_policy",
    "compare",
    "comparison_json",
    "concepts",
    "convert",
    "demo",
    "doctor",
    "explain",
    "file_for",
    "finding_json",
    "fix",
    "generate",
    "import_policy",
    "method_page",
    "methods",
    "models",
    "plan",
    "plan_difference",
    "plan_json",
    "print_comparison",
    "read_plan",
    "rules",
    "surprises",
]
