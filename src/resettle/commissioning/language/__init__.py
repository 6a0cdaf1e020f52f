"""The language of contracts: its vocabulary, formulas and variations, and the faults that terms can have."""
