"""Flows: how people move through prison, probation and the community, month by month, under a policy and without it."""
