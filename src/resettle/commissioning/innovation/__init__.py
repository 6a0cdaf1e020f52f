"""Social innovation: a service with little evidence gets a staged contract, and what a trial is worth before it is run."""

from resettle.commissioning.innovation.learning import sample_information
from resettle.commissioning.innovation.plan import Innovation, read_innovation
from resettle.commissioning.innovation.staged import Staged, stage_contract

__all__ = ["Innovation", "Staged", "read_innovation", "sample_information", "stage_contract"]
