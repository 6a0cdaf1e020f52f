"""Questionnaires with their licence: read, given to a person, scored by their own published rules."""

from resettle.goodlives.instruments.instrument import Instrument as Instrument
from resettle.goodlives.instruments.instrument import Item as Item
from resettle.goodlives.instruments.instrument import instrument as instrument
from resettle.goodlives.instruments.instrument import instrument_names as instrument_names
from resettle.goodlives.instruments.instrument import read_instrument as read_instrument
from resettle.goodlives.instruments.score import Administration as Administration
from resettle.goodlives.instruments.score import Score as Score
from resettle.goodlives.instruments.score import administer as administer
from resettle.goodlives.instruments.score import reliable_change as reliable_change
from resettle.goodlives.instruments.score import score as score
