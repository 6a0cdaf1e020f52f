"""The sections of the page, one for each station of the thread."""
