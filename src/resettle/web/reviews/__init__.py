"""Reviews of the plan, by a date that a rule gives."""
