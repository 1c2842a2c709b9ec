"""Documents of an event: staff upload them, its organiser and staff read them, and everybody once it is closed."""

from __future__ import annotations

from collections.abc import AsyncIterable

from backend.auth import Principal
from backend.errors import EventClosed, EventNotFound
from backend.errors.events.documents import ContentDamaged
from backend.errors.events.lifecycle import DocumentLimit, DocumentNotFound
from backend.messages.events.lifecycle import DocumentView
from backend.messages.shape import view_of
from backend.models import Event, EventDocument
from backend.models.keys import read_id
from backend.outside.content_store import Content, ContentStore
from backend.services.events.events import check_may_run, event_of_staff, lock_event, visible_event
from backend.services.identity.staff_accounts import record
from backend.storage.database import Database

DOCUMENTS_PER_EVENT_MAX = 100
DOCUMENT_TYPES = ("application/pdf", "image/png", "image/jpeg", "text/csv", "application/zip")


async def create_document(
    database: Database,
    store: ContentStore,
    staff: Principal,
    slug: str,
    chunks: AsyncIterable[bytes],
    *,
    kind: str,
    name: str,
    media_type: str,
    bytes_max: int,
) -> DocumentView:
    """Store a document of an event; the same content of the same kind is the same document.

    Raises EventNotFound, EventClosed, DocumentLimit, BodyTooLarge, ContentMismatch, ContentEmpty, ContentAway.
    """
    event = await event_of_staff(staff, slug)
    await _check_takes(event)
    # The content comes first: no row may name a missing file.
    stored = await store.take(chunks, media_type, bytes_max=bytes_max)
    async with database.transaction():
        event = await lock_event(staff, slug)
        same = await EventDocument.get_or_none(event_id=event.id, kind=kind, sha256=stored.sha256)
        if same is not None:
            return document_view(event, same)
        await _check_takes(event)
        document = await EventDocument.create(
            event_id=event.id,
            kind=kind,
            sha256=stored.sha256,
            media_type=media_type,
            bytes=stored.length,
            name=name,
            uploaded_by=staff.id,
        )
        after = {"kind": kind, "sha256": stored.sha256.hex(), "bytes": stored.length, "name": name}
        await record(staff, "document.add", slug, after=after)
    return document_view(event, document)


async def _check_takes(event: Event) -> None:
    if event.state == "closed":
        raise EventClosed
    if await EventDocument.filter(event_id=event.id).count() >= DOCUMENTS_PER_EVENT_MAX:
        raise DocumentLimit(documents_max=DOCUMENTS_PER_EVENT_MAX)


async def list_documents(slug: str, caller: Principal | None) -> list[DocumentView]:
    """An event's documents, oldest first. Raises EventNotFound for a caller who may not see them."""
    event = await _visible(slug, caller)
    found = await EventDocument.filter(event_id=event.id).order_by("id")
    return [document_view(event, document) for document in found]


async def show_document(
    store: ContentStore, slug: str, document_id: str, caller: Principal | None
) -> tuple[EventDocument, Content]:
    """A document with its content, open. Raises EventNotFound, DocumentNotFound, ContentDamaged, ContentAway."""
    event = await _visible(slug, caller)
    wanted = read_id(document_id, DocumentNotFound)
    document = await EventDocument.get_or_none(event_id=event.id, id=wanted)
    if document is None:
        raise DocumentNotFound
    content = await store.open(document.sha256)
    if content is None:
        raise ContentDamaged
    if content.length != document.bytes:
        await content.aclose()
        raise ContentDamaged
    return document, content


async def _visible(slug: str, caller: Principal | None) -> Event:
    event = await visible_event(slug, caller)
    if event.state == "closed":
        return event
    if caller is None:
        raise EventNotFound
    await check_may_run(caller, event)
    return event


def document_view(event: Event, document: EventDocument) -> DocumentView:
    return view_of(
        DocumentView,
        document,
        id=str(document.id),
        sha256=document.sha256.hex(),
        url=f"/v1/events/{event.slug}/documents/{document.id}",
    )
