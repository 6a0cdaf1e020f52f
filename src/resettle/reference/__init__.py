"""Published figures, the price index, discounting and the primary goods: each a dated fact with its source."""
