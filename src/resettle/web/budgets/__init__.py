"""Personal budgets: what a person may direct, what they ask for, and a ledger whose lines never change."""
