"""What a contract would pay in every draw: people, results, payments, limits, cash, investors, variance."""
