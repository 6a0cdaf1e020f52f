"""What must be in an official system too, as plain text in its order, to copy in one click."""
