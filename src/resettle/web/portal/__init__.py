"""The person's own access: their plan, appointments, budget, and who looked; on any phone, without JavaScript."""
