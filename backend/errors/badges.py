"""Refusals about badges: their files, their replacement, their printing."""

from __future__ import annotations

from backend.errors import NotFound, Refusal
from backend.errors.imports import ImportUnreadable, RowsBroken
from backend.texts import say


class BadgeNotFound(NotFound):
    code = "badge_not_found"


class BadgeImportNotFound(NotFound):
    code = "badge_import_not_found"


class BadgeFileUnreadable(ImportUnreadable):
    code = "badge_file_unreadable"


class BadgeSerialsBroken(RowsBroken):
    code = "badge_serials_broken"
    family = "badge_file"


class BadgeRowsBroken(RowsBroken):
    """The kept import says what is wrong with each row; the list of errors holds the first hundred too."""

    code = "badge_rows_broken"
    family = "badge_file"
    facts_besides = ("import_id",)

    def detail(self, language: str) -> str:
        return say(language, f"refusal.{self.code}.detail", **self.facts)


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
