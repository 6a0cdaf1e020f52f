"""Mentors and volunteers: from applying to leaving, their checks, matches, hours, expenses and supervision."""
