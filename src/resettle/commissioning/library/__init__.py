"""The library of deals: contracts that were really made, and patterns to start from, each with sources, beliefs and evidence."""

from resettle.commissioning.library.deal import Deal, copy_deal, deal, deals
from resettle.commissioning.library.hindsight import Hindsight, hindsight

__all__ = ["Deal", "Hindsight", "copy_deal", "deal", "deals", "hindsight"]
