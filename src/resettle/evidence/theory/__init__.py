"""A theory of change: why a service should work, step by step, and what evidence is held for each step.

A theory is a small TOML file: one table a node, one `[[arrow]]` a claim that one thing leads to another. The realist
form (in this context, this mechanism leads to this outcome) is three nodes and their arrows.
"""

from resettle.evidence.theory.file import STRENGTHS, Arrow, TheoryFile
from resettle.evidence.theory.lint import Finding, lint
from resettle.evidence.theory.read import Theory, read_theory

__all__ = ["STRENGTHS", "Arrow", "Finding", "Theory", "TheoryFile", "lint", "read_theory"]
