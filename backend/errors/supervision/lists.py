"""Refusals about the lists of organisations, hearings and appeals."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class ListNotFound(NotFound):
    code = "list_not_found"


class ListEntryNotFound(NotFound):
    code = "list_entry_not_found"


class ListCaseNotFound(NotFound):
    code = "list_case_not_found"


class ListAppealNotFound(NotFound):
    code = "list_appeal_not_found"


class NegativeRuleUnknown(Refusal):
    """An entry of the negative list names one of its published rules."""

    status, code = 422, "negative_rule_unknown"


class ListEntryRepeated(Refusal):
    """The organisation stands on the list already, or its entry is being decided."""

    status, code = 409, "list_entry_repeated"


class ListEntryDecided(Refusal):
    status, code = 409, "list_entry_decided"


class ListEntryNotInForce(Refusal):
    status, code = 409, "list_entry_not_in_force"


class HearingNotOver(Refusal):
    """The organisation has days left to answer before it is put on the black list."""

    status, code = 409, "hearing_not_over"


class HearingClosed(Refusal):
    status, code = 409, "hearing_closed"


class StatementGiven(Refusal):
    status, code = 409, "statement_given"


class OrganisationOfOwn(Refusal):
    """A member of an organisation decides nothing about it."""

    status, code = 403, "own_organisation"


class AppealLate(Refusal):
    status, code = 409, "appeal_late"


class AppealRepeated(Refusal):
    status, code = 409, "appeal_repeated"


class AppealDecided(Refusal):
    status, code = 409, "appeal_decided"


class ListCaseDecided(Refusal):
    status, code = 409, "list_case_decided"


class ListCaseOfAnother(Refusal):
    """A case of another organisation, or of none, proves nothing here."""

    status, code = 409, "list_case_of_another"
