"""A synthetic Greater Manchester of any size: invented people, published rates, and a known true effect of every service."""

from resettle.area.generate.make import generate_area

__all__ = ["generate_area"]
