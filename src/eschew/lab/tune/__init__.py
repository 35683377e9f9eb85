"""Tune: the method, strength, window and wording that remove a thing at least harm and cost, found within a budget of passes,
and proven on seeds that the search never saw.
"""
