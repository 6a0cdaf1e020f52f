"""Somebody of the staff leaves, comes back, or has lost their phone: what is still theirs, and who takes it over."""
