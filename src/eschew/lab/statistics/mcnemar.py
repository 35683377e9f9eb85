"""McNemar's exact test: do more pairs lose the thing than gain it?"""

from __future__ import annotations

from eschew.lab.statistics.beta import binomial_at_most
from eschew.lab.statistics.ranges import counted

WHOLE_NUMBERS_UP_TO = 200
"""Discordant pairs up to which the sum is taken in whole numbers; beyond, the beta function agrees to 12 digits."""


def mcnemar(only_before: int, only_after: int) -> float:
    """Two-sided exact p-value that `only_before` and `only_after` discordant pairs are a fair coin's (McNemar 1947).

    The smaller tail of Binomial(n, 1/2), doubled. Pairs that agree say nothing. KnobError for a negative count.
    """
    few, many = sorted(
        (counted("the pairs only before", only_before), counted("the pairs only after", only_after))
    )
    n = few + many
    if n > WHOLE_NUMBERS_UP_TO:
        return min(1.0, 2.0 * binomial_at_most(few, n, 0.5))
    ways = total = 1
    for k in range(few):
        ways = ways * (n - k) // (k + 1)
        total += ways
    return min(1.0, 2 * total / (1 << n))
