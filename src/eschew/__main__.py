"""`python -m eschew` is `eschew`."""

from eschew.cli import main

main()
