"""A test that may be looked at after every pair, and stopped whenever it pleases.

It bets against "a changed pair is a fair coin". The bet is spread evenly over all rates of the coin; the money after b
pairs that lost the thing and c that gained it is the mean over those rates θ of (2θ)ᵇ (2 − 2θ)ᶜ, which is
2ⁿ / ((n + 1)·C(n, b)) with n = b + c. Under the null that money is a martingale that starts at 1, so it ever reaches 1/α with
probability ≤ α (Ville 1939; Robbins 1970; Ramdas, Grünwald, Vovk and Shafer 2023). No plan of looks and no maximum is
needed, and the value depends on the counts alone, not on when one looked. The price: 8 changed pairs that all agree
are called, where the fixed test needs 6.
"""

from __future__ import annotations

from math import exp, lgamma, log

from eschew.lab.statistics.ranges import counted, open_share


def betting_e_value(only_before: int, only_after: int) -> float:
    """Evidence against "nothing happened": what 1 unit staked on "something did" has become. KnobError below 0."""
    return exp(min(700.0, _log_e(only_before, only_after)))


def sequential_mcnemar(only_before: int, only_after: int) -> float:
    """Two-sided p-value of McNemar's question that holds at any stopping time, 1/e-value at most 1.

    Stop as soon as it is ≤ α; stopping for any other reason is allowed as well. KnobError for a negative count.
    """
    return exp(-max(0.0, _log_e(only_before, only_after)))


def sequential_share(only_before: int, only_after: int, alpha: float = 0.05) -> tuple[float, float]:
    """Interval of the share of changed pairs that lost the thing, true at all times at once with probability 1 − α.

    The rates that the same bet has not refuted (Robbins 1970). (0, 1) before anything changed. KnobError for a
    negative count or an alpha outside (0, 1).
    """
    counted("the pairs only before", only_before)
    counted("the pairs only after", only_after)
    return (
        1.0 - _highest(only_after, only_before, alpha),
        _highest(only_before, only_after, alpha),
    )


def _log_e(only_before: int, only_after: int) -> float:
    n = counted("the pairs only before", only_before) + counted("the pairs only after", only_after)
    return n * log(2) + _log_evidence(only_before, only_after)


def _log_evidence(b: int, c: int) -> float:
    """Log ∫ θᵇ (1 − θ)ᶜ dθ."""
    return lgamma(b + 1) + lgamma(c + 1) - lgamma(b + c + 2)


def _highest(b: int, c: int, alpha: float) -> float:
    """The largest rate with likelihood ≥ α × evidence; the likelihood falls from b/(b + c) on."""
    least = log(open_share("alpha", alpha)) + _log_evidence(b, c)
    low, high = (b / (b + c) if b + c else 1.0), 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if middle < 1.0 and b * log(middle) + c * log(1.0 - middle) >= least:
            low = middle
        else:
            high = middle
    return 1.0 if c == 0 else high
