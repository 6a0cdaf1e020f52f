"""Pencil and paper, before any simulation: chance, dead zones, volume, dead-weight, creaming."""

from resettle.commissioning.stress.chance import (
    chance_of_payment,
    cohort_needed,
    error_of_frequency,
    error_of_rate,
    least_detectable,
)
from resettle.commissioning.stress.dead_weight import dead_weight, net_of_trend, overpayment
from resettle.commissioning.stress.dead_zone import DeadZone, dead_zone
from resettle.commissioning.stress.segmentation import (
    Groups,
    Need,
    Segmentation,
    believed_segments,
    read_groups,
    segment_tariff,
)
from resettle.commissioning.stress.segments import Group, Segments, band_prices, best_bands, segments
from resettle.commissioning.stress.volume import VolumeRisk, volume_risk

__all__ = [
    "DeadZone",
    "Group",
    "Groups",
    "Need",
    "Segmentation",
    "Segments",
    "VolumeRisk",
    "band_prices",
    "believed_segments",
    "best_bands",
    "chance_of_payment",
    "cohort_needed",
    "dead_weight",
    "dead_zone",
    "error_of_frequency",
    "error_of_rate",
    "least_detectable",
    "net_of_trend",
    "overpayment",
    "read_groups",
    "segment_tariff",
    "segments",
    "volume_risk",
]
