"""People on a plan: who they are, their dates, and who works with them."""
