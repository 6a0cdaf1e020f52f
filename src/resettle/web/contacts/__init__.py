"""Meetings, calls and visits: planned, held, missed, and corrected without writing over."""
