"""The market of an area: who provides, how concentrated it is, what is missing, and what to ask for next."""

from resettle.commissioning.market.beside_lots import BesideLots, PersonalPlan, beside_lots, read_personal_plan
from resettle.commissioning.market.concentration import effective_number, hhi, shares_of
from resettle.commissioning.market.market import Market, market
from resettle.commissioning.market.need_statement import NeedStatement, need_statement
from resettle.commissioning.market.personal import (
    Indicative,
    Personalised,
    bought_in,
    indicative_amounts,
    people_who_lack,
    personalise,
)
from resettle.commissioning.market.specification import Specification, draft_specification

__all__ = [
    "BesideLots",
    "Indicative",
    "Market",
    "NeedStatement",
    "PersonalPlan",
    "Personalised",
    "Specification",
    "beside_lots",
    "bought_in",
    "draft_specification",
    "effective_number",
    "hhi",
    "indicative_amounts",
    "market",
    "need_statement",
    "people_who_lack",
    "personalise",
    "read_personal_plan",
    "shares_of",
]
