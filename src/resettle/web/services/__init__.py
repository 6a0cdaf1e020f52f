"""Finding help: services on offer, referrals and their sessions, what nobody offers, and evidence of what came of it."""
