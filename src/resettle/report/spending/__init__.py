"""The pages of a spending map: by place, agency and year, by need, and before and after a policy."""
