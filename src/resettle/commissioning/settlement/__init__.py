"""Settlement: one file for each rule that turns terms and evidence into lines."""
