"""`python -m resettle`: the command line."""

from resettle.cli import main

main()
