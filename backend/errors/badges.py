"""Refusals about badges: their files, their replacement, their printing."""

from __future__ import annotations

from backend.errors import NotFound, Refusal


class BadgeNotFound(NotFound):
    code = "badge_not_found"


class BadgeImportNotFound(NotFound):
    code = "badge_import_not_found"


class BadgeFileUnreadable(Refusal):
    status, code = 422, "badge_file_unreadable"


class BadgeRowsBroken(Refusal):
    status, code = 422, "badge_rows_broken"


class BadgeSerialsUnknown(Refusal):
    status, code = 422, "badge_serials_unknown"


class BadgeReissued(Refusal):
    status, code = 409, "badge_reissued"


class BadgeAliasMalformed(Refusal):
    status, code = 422, "badge_alias_malformed"


class BadgeAliasTaken(Refusal):
    status, code = 409, "badge_alias_taken"


class BadgeInvalid(Refusal):
    status, code = 409, "badge_invalid"


class NoBadgesToPrint(NotFound):
    code = "no_badges_to_print"


class MiniCodesOff(Refusal):
    status, code = 409, "mini_codes_off"
