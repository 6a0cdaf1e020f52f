"""Voices: what people said, coded by people, counted fairly, quoted only with consent, and set beside the numbers."""

from resettle.evidence.voices.agreement import (
    Agreement,
    agreement,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    over_units,
)
from resettle.evidence.voices.extract import Extract, Voices, read_extracts
from resettle.evidence.voices.joint import JointDisplay, Number, joint_display, number_of
from resettle.evidence.voices.quotes import Quotes, candidates, release
from resettle.evidence.voices.refi import Code, read_codebook, read_project
from resettle.evidence.voices.review import Candidate, Review, read_reviews, review_sheet
from resettle.evidence.voices.screen import Found, screen
from resettle.evidence.voices.source import extracts_csv, read_names, read_voices
from resettle.evidence.voices.themes import Theme, Themes, find_themes

__all__ = [
    "Agreement",
    "Candidate",
    "Code",
    "Extract",
    "Found",
    "JointDisplay",
    "Number",
    "Quotes",
    "Review",
    "Theme",
    "Themes",
    "Voices",
    "agreement",
    "candidates",
    "cohen_kappa",
    "extracts_csv",
    "find_themes",
    "fleiss_kappa",
    "joint_display",
    "krippendorff_alpha",
    "number_of",
    "over_units",
    "read_codebook",
    "read_extracts",
    "read_names",
    "read_project",
    "read_reviews",
    "read_voices",
    "release",
    "review_sheet",
    "screen",
]
