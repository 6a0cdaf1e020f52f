"""The whole way through, once: person, plan, service, contract, outcome, impact, payment, saving, reinvestment."""
