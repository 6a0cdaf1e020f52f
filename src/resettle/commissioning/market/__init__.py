"""The market of an area: who provides, how concentrated it is, what is missing, and what to ask for next."""

from resettle.commissioning.market.concentration import effective_number, hhi, shares_of
from resettle.commissioning.market.market import Market, market
from resettle.commissioning.market.need_statement import NeedStatement, need_statement
from resettle.commissioning.market.personal import Indicative, Personalised, bought_in, indicative_amounts, personalise
from resettle.commissioning.market.specification import Specification, draft_specification

__all__ = [
    "Indicative",
    "Market",
    "NeedStatement",
    "Personalised",
    "Specification",
    "bought_in",
    "draft_specification",
    "effective_number",
    "hhi",
    "indicative_amounts",
    "market",
    "need_statement",
    "personalise",
    "shares_of",
]
