"""A business case: whether programmes pay, for whom, how sure, and every figure that it rests on."""
