"""How far a study can be trusted: who was lost and why, what the answer hangs on, and what else could explain it."""
