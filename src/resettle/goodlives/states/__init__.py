"""What each thing in a person's casework may become, by whom and when: tables of moves, and one question, `may`."""

from resettle.goodlives.states.move import Actor as Actor
from resettle.goodlives.states.move import Allowed as Allowed
from resettle.goodlives.states.move import Context as Context
from resettle.goodlives.states.move import Refused as Refused
from resettle.goodlives.states.move import may as may
from resettle.goodlives.states.move import moves_from as moves_from
from resettle.goodlives.states.tables import KINDS as KINDS
from resettle.goodlives.states.tables import NEW as NEW
from resettle.goodlives.states.tables import Condition as Condition
from resettle.goodlives.states.tables import Kind as Kind
from resettle.goodlives.states.tables import Move as Move
from resettle.goodlives.states.tables import Role as Role
from resettle.goodlives.states.tables import State as State
from resettle.goodlives.states.tables import Table as Table
from resettle.goodlives.states.tables import conditions as conditions
from resettle.goodlives.states.tables import roles as roles
from resettle.goodlives.states.tables import state_table as state_table
