"""Forecast: the probability that a negative will be effective here, before anything is sampled.

Effective: of the clips that had the thing, at least half lose it. `features` and `scoring` are pure Python and light, so that
`eschew check` can show a forecast; `cells`, `fitting`, `judging` and `making` learn the weights from evidence.
"""
