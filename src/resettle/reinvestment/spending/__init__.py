"""The spending map: what agencies spend by place of residence and by need, before and after."""
