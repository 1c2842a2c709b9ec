"""Refusals about issuance budgets."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class IssuanceBudgetNotFound(NotFound):
    code = "issuance_budget_not_found"


class IssuanceBudgetOpen(Refusal):
    """The sponsor has an open budget already; it is raised instead."""

    status, code = 409, "issuance_budget_open"


class IssuanceBudgetClosed(Refusal):
    status, code = 409, "issuance_budget_closed"


class IssuanceBudgetBelowIssued(Refusal):
    """A budget never promises less than what it has issued."""

    status, code = 409, "issuance_budget_below_issued"


class IssuanceBudgetUnchanged(Refusal):
    """A raise that is none, or a lowering that is none: sent again, or decided on an old number."""

    status, code = 409, "issuance_budget_unchanged"
