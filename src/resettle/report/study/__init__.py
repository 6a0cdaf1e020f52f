"""The report of a study, in the order and rounding of the Justice Data Lab, as HTML, PDF, JSON and CSV."""
