"""Pages about a contract: its term sheet, its statement, its stress test, and it beside its alternatives."""

from resettle.report.contract.write import write_contract_report

__all__ = ["write_contract_report"]
