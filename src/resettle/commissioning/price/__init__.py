"""What a service should cost, what a bidder can accept, what a commissioner should pay, and whether the two meet."""

from resettle.commissioning.price.bid import Bid, read_bid
from resettle.commissioning.price.chain import Chain, Subcontractor, passed_on, read_chain
from resettle.commissioning.price.pass_through import Passed, PassThrough, Share, pass_through
from resettle.commissioning.price.should_cost import ShouldCost, should_cost
from resettle.commissioning.price.transaction import TransactionCost, transaction_cost
from resettle.commissioning.price.zone import Zone, zone

__all__ = [
    "Bid",
    "Chain",
    "PassThrough",
    "Passed",
    "Share",
    "ShouldCost",
    "Subcontractor",
    "TransactionCost",
    "Zone",
    "pass_through",
    "passed_on",
    "read_bid",
    "read_chain",
    "should_cost",
    "transaction_cost",
    "zone",
]
