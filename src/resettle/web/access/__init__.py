"""Who may sign in, who may open what, and who looked."""
