"""Resettle: commissioning personalised resettlement, from a person's plan to a reinvested pound."""
