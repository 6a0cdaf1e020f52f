"""The pages of a business case: whether it pays, who pays and who gains, what would change the answer, what it rests on."""
