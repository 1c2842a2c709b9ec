"""Refusals of an event's next step, each with a code that names what is missing; and of its documents."""

from __future__ import annotations

from collections.abc import Sequence

from backend.errors import NotFound, Refusal
from backend.errors.facts import typed
from backend.texts import say


class StepNotReady(Refusal):
    """The step is legal, and something it needs is missing."""

    status, code = 409, "event_step_not_ready"


class AgencyMissing(StepNotReady):
    code = "event_agency_missing"


class PlanMissing(StepNotReady):
    code = "event_plan_missing"


class NoteMissing(StepNotReady):
    code = "event_note_missing"


class SecondPersonMissing(StepNotReady):
    code = "event_second_person_missing"


class FactorSetMissing(StepNotReady):
    code = "event_factor_set_missing"


class EventNotEnded(StepNotReady):
    code = "event_not_ended"


class OrganiserEmissionMissing(StepNotReady):
    code = "event_organiser_emission_missing"


class RetiredGramsMissing(StepNotReady):
    code = "event_retired_grams_missing"


class EventBoundaryIncomplete(StepNotReady):
    """Nothing but the whole event, with all that belongs to it, is offset in full; `gaps` are codes."""

    code = "event_boundary_incomplete"

    @classmethod
    def of(cls, missing: Sequence[str]) -> EventBoundaryIncomplete:
        return cls(gaps=list(missing))

    def detail(self, language: str) -> str:
        gaps = typed(self.facts).get("gaps", [])
        assert isinstance(gaps, list)
        named = "; ".join(say(language, f"inventory.missing.{gap}") for gap in gaps)
        return say(language, f"refusal.{self.code}.detail", gaps=named)


class EvaluationMissing(StepNotReady):
    code = "event_evaluation_missing"


class DocumentsMissing(StepNotReady):
    code = "event_documents_missing"


class EventFiled(Refusal):
    status, code = 409, "event_filed"


class AgencyForeign(Refusal):
    status, code = 422, "agency_foreign"


class NominationUnfit(Refusal):
    """Events of national or international rank alone are nominated as demonstrations."""

    status, code = 409, "nomination_unfit"


class TemplateUnfit(Refusal):
    status, code = 422, "template_unfit"


class DocumentNotFound(NotFound):
    code = "document_not_found"


class DocumentLimit(Refusal):
    status, code = 409, "document_limit"
