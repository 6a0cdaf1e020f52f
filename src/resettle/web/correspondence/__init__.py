"""Messages between a person and a team, reminders of appointments, and how the person can be reached safely."""
