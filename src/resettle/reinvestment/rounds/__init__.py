"""Reinvestment: what freed pounds buy, by which rule, and how long a fund lasts."""
