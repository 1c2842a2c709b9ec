"""Releases of figures to the public: the list, each of them as JSON, PDF and CSV, an Atom feed, corrections."""

from __future__ import annotations

import asyncio

from backend.auth import Role
from backend.errors import Busy, TooManyAtOnce
from backend.errors.disclosure import (
    CorrectionDecided,
    CorrectionNotFound,
    CorrectionProposed,
    DisclosureCorrected,
    DisclosureNotFound,
    NothingToDisclose,
    OwnCorrection,
    PeriodOpen,
)
from backend.errors.organisations import OrganisationDutyMissing, OrganisationNotActive, OrganisationNotFound
from backend.messages.cursors import read_number
from backend.messages.disclosure.releases import (
    KINDS,
    CorrectionDecision,
    CorrectionRequest,
    CorrectionView,
    DisclosureBrief,
    DisclosureNumber,
    DisclosureView,
    OrganisationReleaseRequest,
    PeriodReleaseRequest,
)
from backend.messages.shape import Page
from backend.render.sheets.disclosure import disclosure_sheet
from backend.render.tables.disclosure import disclosure_csv
from backend.routes.http.call import Call
from backend.routes.http.endpoint import LANGUAGE, OPERATOR, PAGING, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.disclosure import corrections
from backend.services.disclosure.organisation_releases import disclose_organisation
from backend.services.disclosure.period_releases import disclose_due_period
from backend.services.disclosure.releases import Filter, find_release, list_disclosures, show_disclosure
from backend.texts import LANGUAGES

DISCLOSERS: tuple[Role, ...] = ("organiser", "operator")
WATCHERS: tuple[Role, ...] = ("operator", "regulator")
YEAR = (2020, 2099)


def asked_filter(call: Call) -> Filter:
    """What a list is narrowed to. Raises InvalidQuery."""
    return Filter(
        kind=call.one_of("kind", KINDS),
        year=call.whole("year", *YEAR),
        event=call.text("event", 64),
        organisation=call.text("organisation", 40),
    )


async def list_releases(call: Call) -> Page[DisclosureBrief]:
    return await list_disclosures(
        call.components.database, asked_filter(call), call.limit, read_number(call.cursor)
    )


async def show_release(call: Call) -> DisclosureView:
    return await show_disclosure(call.components.database, call.components.settings, call.params["number"])


async def download_csv(call: Call) -> Reply:
    found, language = await find_release(call.components.database, call.params["number"]), _language(call)
    body = await asyncio.to_thread(disclosure_csv, found.document, language)
    return Reply(
        body=body,
        media_type=b"text/csv; charset=utf-8",
        headers=_attachment(found.row["number"], f"{language}.csv"),
    )


async def download_pdf(call: Call) -> Reply:
    found, language = await find_release(call.components.database, call.params["number"]), _language(call)
    row = found.row
    address = _address(call, row["number"])
    sheet = disclosure_sheet(row["body"], row["sha256"], address, language, row["corrected_by"])
    # Drawn once and kept for a while: what is published may be asked for by everybody at once.
    body = await call.components.drawings.get(sheet, f"disclosure {row['number']}", is_anonymous=True)
    return Reply(
        body=body, media_type=b"application/pdf", headers=_attachment(row["number"], f"{language}.pdf")
    )


async def release_period(call: Call) -> DisclosureNumber:
    number = await disclose_due_period(call.components.database, call.principal, call.body.period, call.now)
    return _numbered(call, number)


async def release_organisation(call: Call) -> DisclosureNumber:
    number = await disclose_organisation(call.components.database, call.principal, call.body, call.now)
    return _numbered(call, number)


async def propose(call: Call) -> Reply:
    parts = call.components
    view = await corrections.propose_correction(
        parts.database, parts.catalogue, call.principal, call.params["number"], call.body, call.now
    )
    return Reply(view, 201)


async def list_proposals(call: Call) -> Page[CorrectionView]:
    return await corrections.list_corrections(call.components.database, call.limit, call.cursor_id)


async def show_proposal(call: Call) -> CorrectionView:
    parts = call.components
    return await corrections.show_correction(parts.database, parts.catalogue, call.params["id"], call.now)


async def decide(call: Call) -> CorrectionView:
    parts = call.components
    return await corrections.decide_correction(
        parts.database,
        parts.catalogue,
        call.principal,
        call.params["id"],
        call.body,
        call.now,
        is_demo=parts.settings.is_demo,
    )


def _numbered(call: Call, number: str) -> DisclosureNumber:
    return DisclosureNumber(number=number, url=_address(call, number))


def _address(call: Call, number: str) -> str:
    return f"{call.components.settings.public_base}/disclosures/{number}"


def _language(call: Call) -> str:
    return call.one_of("language", LANGUAGES) or call.language


def _attachment(number: str, ending: str) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"content-disposition", f'attachment; filename="{number}-{ending}"'.encode()),)


FILTER = (
    Query("kind", {"type": "string", "enum": list(KINDS)}, "what a release is of"),
    Query("year", {"type": "integer", "minimum": YEAR[0], "maximum": YEAR[1]}, "in which it was published"),
    Query("event", {"type": "string", "maxLength": 64}, "an event's slug"),
    Query(
        "organisation",
        {"type": "string", "maxLength": 40},
        "an organisation's code: its own releases and those of its events",
    ),
)

ENDPOINTS = in_section(
    "disclosure",
    Endpoint(
        "GET /v1/disclosures",
        list_releases,
        summary="Releases of figures to the public, newest first: each with the hash of the one before",
        answers={200: Page[DisclosureBrief]},
        query=(*FILTER, *PAGING),
    ),
    Endpoint(
        "POST /v1/disclosures",
        release_period,
        roles=OPERATOR,
        summary="Release a month, a quarter or a year that is over; a second time answers with the first release",
        body=PeriodReleaseRequest,
        answers={200: DisclosureNumber},
        refusals=(DisclosureNotFound, PeriodOpen),
    ),
    Endpoint(
        "POST /v1/organisation-disclosures",
        release_organisation,
        roles=DISCLOSERS,
        summary="Release an organisation's own figures of a period, by its owners",
        body=OrganisationReleaseRequest,
        answers={200: DisclosureNumber},
        refusals=(
            OrganisationNotFound,
            OrganisationDutyMissing,
            OrganisationNotActive,
            PeriodOpen,
            NothingToDisclose,
        ),
    ),
    Endpoint(
        "GET /v1/disclosure-corrections",
        list_proposals,
        roles=WATCHERS,
        is_of_the_province=True,
        summary="Proposals to correct a release, newest first",
        answers={200: Page[CorrectionView]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/disclosure-corrections/{id}",
        show_proposal,
        roles=WATCHERS,
        is_of_the_province=True,
        summary="A proposal with the figures that its correction would change",
        answers={200: CorrectionView},
        refusals=(CorrectionNotFound,),
    ),
    Endpoint(
        "POST /v1/disclosure-corrections/{id}/decision",
        decide,
        roles=OPERATOR,
        summary="Confirm a correction, which publishes it, or reject it; never by who proposed it",
        body=CorrectionDecision,
        answers={200: CorrectionView},
        refusals=(CorrectionNotFound, CorrectionDecided, OwnCorrection),
    ),
    Endpoint(
        "GET /v1/disclosures/{number}.pdf",
        download_pdf,
        summary="A release on paper, with its chart",
        answers={200: None},
        refusals=(DisclosureNotFound, TooManyAtOnce, Busy),
        query=(LANGUAGE,),
        media_type="application/pdf",
    ),
    Endpoint(
        "GET /v1/disclosures/{number}.csv",
        download_csv,
        summary="A release as tables for a spreadsheet",
        answers={200: None},
        refusals=(DisclosureNotFound,),
        query=(LANGUAGE,),
        media_type="text/csv",
    ),
    Endpoint(
        "GET /v1/disclosures/{number}",
        show_release,
        summary="A release with its place in the chain and its proof in the transparency log",
        answers={200: DisclosureView},
        refusals=(DisclosureNotFound,),
    ),
    Endpoint(
        "POST /v1/disclosures/{number}/corrections",
        propose,
        roles=OPERATOR,
        summary="Propose that a release is wrong and say why; a second operator decides",
        body=CorrectionRequest,
        answers={201: CorrectionView},
        refusals=(DisclosureNotFound, DisclosureCorrected, CorrectionProposed),
    ),
)
