"""Two records of one person: found, brought together, and taken apart again."""
