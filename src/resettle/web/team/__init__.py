"""The coordinator's view of a team: what to look at on a Monday."""
