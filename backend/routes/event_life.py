"""The life of an event: filed, changed, moved from state to state, with its documents and its supervising agency."""

from __future__ import annotations

from typing import get_args
from urllib.parse import quote

from backend.domain.catalogue.refusals import CITY_REFUSALS
from backend.errors import (
    Busy,
    EventClosed,
    EventNotFound,
    InvalidQuery,
    SlugTaken,
    TooManyAtOnce,
    TransitionIllegal,
)
from backend.errors.actions.evidence import SceneNotFound
from backend.errors.events.documents import (
    BodyCutOff,
    ContentAway,
    ContentDamaged,
    ContentEmpty,
    ContentMismatch,
)
from backend.errors.events.lifecycle import (
    AgencyForeign,
    DocumentLimit,
    DocumentNotFound,
    EventFiled,
    NominationUnfit,
    StepNotReady,
    TemplateUnfit,
)
from backend.errors.events.years import YEAR_REFUSALS
from backend.errors.organisations import (
    EventOrganisationMissing,
    OrganisationBlacklisted,
    OrganisationDutyMissing,
    OrganisationNotActive,
    OrganisationNotFound,
)
from backend.errors.supervision.freezes import EventFrozen
from backend.errors.verification import BASIS_REFUSALS
from backend.messages.events.events import EventChangeRequest, EventRequest, EventView
from backend.messages.events.factor_sets import FactorSetComparison
from backend.messages.events.lifecycle import (
    AgencyView,
    DocumentKind,
    DocumentView,
    StepView,
    TransitionRequest,
)
from backend.messages.shape import Page
from backend.routes.http.body import media_type_of
from backend.routes.http.call import Call
from backend.routes.http.endpoint import ANY_STAFF, ORGANISER, PAGING, Endpoint, Query, Upload, in_section
from backend.routes.http.reply import Reply, file_headers
from backend.services.disclosure.event_releases import move_and_disclose
from backend.services.events import application, documents, lifecycle, set_comparison

NAME_CHARS_MAX = 200
KINDS = get_args(DocumentKind)


async def create_event(call: Call) -> EventView:
    components = call.components
    return await application.create_event(
        components.database,
        call.principal,
        call.body,
        components.catalogue,
        components.ledger.footprints,
        is_demo=components.settings.is_demo,
    )


async def change_event(call: Call) -> EventView:
    components = call.components
    return await application.change_event(
        components.database,
        call.principal,
        call.params["slug"],
        call.body,
        components.catalogue,
        components.ledger.footprints,
        call.seen,
    )


async def move_event(call: Call) -> EventView:
    components = call.components
    return await move_and_disclose(
        components.database,
        call.principal,
        call.params["slug"],
        call.body,
        components.catalogue,
        components.ledger.footprints,
        call.now,
        is_demo=components.settings.is_demo,
    )


async def list_steps(call: Call) -> Page[StepView]:
    return await lifecycle.list_steps(
        call.components.database, call.principal, call.params["slug"], call.limit, call.cursor_id
    )


async def create_document(call: Call) -> DocumentView:
    kind, name = call.one_of("kind", KINDS), call.required_text("name", NAME_CHARS_MAX)
    if kind is None:
        raise InvalidQuery.of("kind", "missing")
    if not name.isprintable() or "/" in name or "\\" in name:
        raise InvalidQuery.of("name", "not_a_file_name", chars_max=NAME_CHARS_MAX)
    return await documents.create_document(
        call.components.database,
        call.components.content,
        call.principal,
        call.params["slug"],
        call.chunks,
        kind=kind,
        name=name,
        media_type=media_type_of(dict(call.scope["headers"])),
        bytes_max=call.components.settings.document_bytes_max,
    )


async def list_documents(call: Call) -> Page[DocumentView]:
    return Page(await documents.list_documents(call.params["slug"], call.principal_if_staff()))


async def show_document(call: Call) -> Reply:
    """The file as it was sent, to be kept and not to be opened here: a page of ours runs no foreign content."""
    params = call.params
    document, content = await documents.show_document(
        call.components.content, params["slug"], params["id"], call.principal_if_staff()
    )
    disposition = f"attachment; filename*=UTF-8''{quote(document.name, safe='')}"
    chunks = await call.components.downloads.start_kept(content, call.id_if_staff())
    return Reply(
        chunks=chunks,
        media_type=b"application/octet-stream",
        headers=(*file_headers(content), (b"content-disposition", disposition.encode("ascii"))),
    )


async def compare_factor_set(call: Call) -> FactorSetComparison:
    components = call.components
    return await set_comparison.compare_factor_set(
        components.catalogue,
        components.ledger.footprints,
        call.principal,
        call.params["slug"],
        call.query("factor_set"),
    )


async def list_agencies(call: Call) -> Page[AgencyView]:
    return Page(application.list_agencies())


ENDPOINTS = in_section(
    "events",
    Endpoint(
        "POST /v1/events",
        create_event,
        roles=ORGANISER,
        summary="Create an event as a draft",
        body=EventRequest,
        answers={201: EventView},
        refusals=(
            OrganisationBlacklisted,
            SlugTaken,
            *CITY_REFUSALS,
            AgencyForeign,
            TemplateUnfit,
            NominationUnfit,
            OrganisationNotFound,
            OrganisationDutyMissing,
            OrganisationNotActive,
            EventOrganisationMissing,
            *YEAR_REFUSALS,
            SceneNotFound,
        ),
    ),
    Endpoint(
        "POST /v1/events/{slug}/changes",
        change_event,
        roles=ORGANISER,
        if_match="optional",
        summary="Change what was filed about an event, until it is accepted",
        body=EventChangeRequest,
        answers={200: EventView},
        refusals=(
            *(
                EventNotFound,
                EventFrozen,
                EventFiled,
                *CITY_REFUSALS,
                AgencyForeign,
                TemplateUnfit,
                NominationUnfit,
                *YEAR_REFUSALS,
            ),
        ),
    ),
    Endpoint(
        "GET /v1/events/{slug}/factor-set-comparison",
        compare_factor_set,
        roles=ORGANISER,
        summary="What another factor set would change for attendees who declare nothing, line by line",
        answers={200: FactorSetComparison},
        refusals=(EventNotFound,),
        query=(
            Query(
                "factor_set", {"type": "string", "maxLength": 40}, "by default the one that new events get"
            ),
        ),
    ),
    Endpoint(
        "POST /v1/events/{slug}/transitions",
        move_event,
        roles=ORGANISER,
        summary="Move an event to another state; an operator who did not file it accepts and evaluates it",
        body=TransitionRequest,
        answers={200: EventView},
        refusals=(
            EventNotFound,
            EventFrozen,
            TransitionIllegal,
            StepNotReady,
            *YEAR_REFUSALS,
            *BASIS_REFUSALS,
        ),
    ),
    Endpoint(
        "GET /v1/events/{slug}/steps",
        list_steps,
        roles=ANY_STAFF,
        duty=("desk",),
        summary="The steps of an event with who took them, when and why, oldest first",
        answers={200: Page[StepView]},
        refusals=(EventNotFound,),
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/events/{slug}/documents",
        list_documents,
        summary="Documents of an event: for staff, and for anyone once it is closed",
        answers={200: Page[DocumentView]},
        refusals=(EventNotFound,),
    ),
    Endpoint(
        "POST /v1/events/{slug}/documents",
        create_document,
        roles=ORGANISER,
        summary="Add a document to an event; its content is the body",
        upload=Upload(documents.DOCUMENT_TYPES, "document_bytes_max", is_streamed=True),
        answers={201: DocumentView},
        refusals=(
            EventNotFound,
            EventClosed,
            DocumentLimit,
            ContentMismatch,
            ContentEmpty,
            ContentAway,
            BodyCutOff,
        ),
        query=(
            Query("kind", {"type": "string", "enum": list(KINDS)}, "what the document is (required)"),
            Query(
                "name",
                {"type": "string", "minLength": 1, "maxLength": NAME_CHARS_MAX},
                "its file name (required)",
            ),
        ),
    ),
    Endpoint(
        "GET /v1/events/{slug}/documents/{id}",
        show_document,
        summary="A document of an event",
        answers={200: None},
        media_type="application/octet-stream",
        refusals=(EventNotFound, DocumentNotFound, ContentDamaged, ContentAway, TooManyAtOnce, Busy),
    ),
    Endpoint(
        "GET /v1/agencies",
        list_agencies,
        summary="Agencies that supervise events, and which kinds of events each may take",
        answers={200: Page[AgencyView]},
    ),
)
