"""From the workspace to an area: pseudonymised tables that the analytical rooms read."""

from resettle.web.exporting.extracts import pseudonymise as pseudonymise
from resettle.web.exporting.write import export as export
