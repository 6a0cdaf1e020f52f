"""Restricted topics: notes that only named readers open, and of which others see only that there are some."""
