"""Through the gate: what is done before release, on the day and in the first three days, and who goes on with the person."""
