"""Statistics of paired seeds: one method a file, exact where exact is cheap, NumPy and the standard library alone.

Checked against SciPy and statsmodels, and on simulated experiments in which nothing happens. Randomness comes in as a
`seed` argument: equal arguments give equal answers.
"""

from __future__ import annotations

from eschew.lab.statistics.bootstrap import bootstrap, bootstrap_mean
from eschew.lab.statistics.clopper_pearson import clopper_pearson
from eschew.lab.statistics.effect_size import OddsRatio, cohens_h, matched_odds_ratio
from eschew.lab.statistics.equivalence import Equivalence, equivalent_means, equivalent_proportions
from eschew.lab.statistics.holm import holm
from eschew.lab.statistics.mcnemar import mcnemar
from eschew.lab.statistics.noninferiority import noninferiority
from eschew.lab.statistics.normal import Z95
from eschew.lab.statistics.permutation import permutation_test
from eschew.lab.statistics.pooling import PooledRate, pooled_rate
from eschew.lab.statistics.power import PairsNeeded, mcnemar_power, pairs_needed
from eschew.lab.statistics.risk_difference import risk_difference
from eschew.lab.statistics.sequential import betting_e_value, sequential_mcnemar, sequential_share
from eschew.lab.statistics.wilson import wilson

__all__ = [
    "Z95",
    "Equivalence",
    "OddsRatio",
    "PairsNeeded",
    "PooledRate",
    "betting_e_value",
    "bootstrap",
    "bootstrap_mean",
    "clopper_pearson",
    "cohens_h",
    "equivalent_means",
    "equivalent_proportions",
    "holm",
    "matched_odds_ratio",
    "mcnemar",
    "mcnemar_power",
    "noninferiority",
    "pairs_needed",
    "permutation_test",
    "pooled_rate",
    "risk_difference",
    "sequential_mcnemar",
    "sequential_share",
    "wilson",
]
