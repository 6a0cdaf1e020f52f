"""Upkeep of the workspace: its first set-up, checks of the deployment, back-up and restore."""
