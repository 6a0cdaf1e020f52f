"""A worked caseload of invented people over two years, to try the workspace out with and to test it on."""

from resettle.web.caseload.convicted import write_convictions as write_convictions
from resettle.web.caseload.fill import fill as fill
