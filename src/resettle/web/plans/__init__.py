"""The map of a good life, goals and steps, and the versions of a plan."""
