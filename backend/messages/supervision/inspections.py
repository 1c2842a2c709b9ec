"""Inspections of events and organisations."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.messages.shape import Answer, Bilingual, Instant, Request, Slug

Severity = Literal["none", "minor", "major"]
Result = Literal["compliant", "to_correct", "violation"]
Text = Annotated[str, Meta(min_length=1, max_length=4000)]
Id = Annotated[str, Meta(min_length=1, max_length=40)]


class InspectionRequest(Request):
    """What is inspected, an event or an organisation, and what for."""

    purpose: Annotated[str, Meta(min_length=1, max_length=400)]
    event: Annotated[Slug | None, Meta(description="slug")] = None
    organisation: Annotated[Id | None, Meta(description="unified social credit code")] = None


class FindingRequest(Request):
    """What was found, with its evidence."""

    text: Text
    severity: Severity
    document: Annotated[Id | None, Meta(description="id of a document of the inspected event")] = None
    sample: Annotated[Id | None, Meta(description="id of a draw of certificates")] = None


class InspectionClosingRequest(Request):
    """The result of an inspection; nothing is added to it afterwards."""

    text: Text
    result: Result


class InspectionEntryView(Answer):
    sequence: int
    kind: Literal["finding", "closing"]
    text: str
    severity: Severity | None
    document: str | None
    sample: str | None
    result: Result | None
    by: Annotated[str, Meta(description="user name")]
    at: Instant


class InspectionView(Answer):
    """An inspection with what was found."""

    id: str
    number: str
    event: str | None
    organisation: str | None
    subject_name: Bilingual
    purpose: str
    opened_by: str
    opened_at: Instant
    result: Annotated[Result | None, Meta(description="null: open")]
    closed_at: Instant | None
    entries: list[InspectionEntryView]
