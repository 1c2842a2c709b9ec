"""Refusals about releases of figures to the public."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class DisclosureNotFound(NotFound):
    code = "disclosure_not_found"


class PeriodOpen(Refusal):
    """A release is of a period that is over, and over for long enough that every row of it is written."""

    status, code = 409, "period_open"


class NothingToDisclose(Refusal):
    """No closed event of the organisation lies in the period."""

    status, code = 409, "nothing_to_disclose"


class DisclosureCorrected(Refusal):
    """A later release corrects it already: that one is corrected."""

    status, code = 409, "disclosure_corrected"


class CorrectionProposed(Refusal):
    status, code = 409, "correction_proposed"


class CorrectionNotFound(NotFound):
    code = "correction_not_found"


class CorrectionDecided(Refusal):
    status, code = 409, "correction_decided"


class OwnCorrection(Refusal):
    """A second person decides: never who proposed it."""

    status, code = 403, "own_correction"
