"""Staff import badges from a CSV file: all rows or none, with progress to watch.

One transaction stores all badges of a file and marks its import as done, so a process that dies leaves nothing behind;
progress is written on another connection. An import without progress for a while died with its process: the next
reader marks it as interrupted, and staff may send the file again.
"""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from uuid import UUID

import msgspec
import structlog

from backend.auth import Principal
from backend.domain.badges.badge_csv import BADGES, BadgeFile, Row, read_badges
from backend.domain.imports.columns import ERRORS_NAMED_MAX, Reading, RowError, reason_of
from backend.errors import BadgeLimit, Busy, EventClosed
from backend.errors.badges import BadgeFileUnreadable, BadgeImportNotFound, BadgeRowsBroken
from backend.errors.imports import named_errors
from backend.messages.badges import BadgeImportView, BadgeRowError
from backend.messages.shape import Page, Statement, view_of
from backend.models import BadgeImport, Event
from backend.models.keys import read_id, uuid7
from backend.services.badges.serials import take_serials
from backend.services.events.events import event_of_staff
from backend.services.identity.staff_accounts import record
from backend.services.imports.table_files import TableFiles, file_view
from backend.storage.database import Database, constraint_of
from backend.storage.statements import read, write
from backend.texts import both

log = structlog.get_logger(__name__)

WAITING_MAX = 3
"""Files of one process that wait or run; each may take some sixty megabytes."""
ROWS_AT_ONCE = 5000
PROGRESS_EVERY_S = 0.2
ALIVE_S = 20
ROWS_NAMED_MAX = 10
ENDED_STATES = ("closed", "rejected")


class _Failed(Exception):
    """An import that ends without badges; `why` is one of WHY."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(slots=True)
class _Run:
    """One attempt at importing a file."""

    staff: Principal
    event_id: UUID
    slug: str
    id: UUID
    attempt: int
    rows: list[Row]
    state: str = "queued"
    rows_done: int = 0
    key: tuple[UUID, UUID, int] = field(init=False)

    def __post_init__(self) -> None:
        self.key = (self.event_id, self.id, self.attempt)


class BadgeImports:
    """Reads files and stores their badges, one file at a time."""

    def __init__(self, database: Database, files: TableFiles) -> None:
        self._database = database
        self.files = files
        """The reader of this import and of all others."""
        self._reading = asyncio.Semaphore(1)
        self._storing = asyncio.Semaphore(1)
        self._taken = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def take(self, staff: Principal, slug: str, content: bytes) -> tuple[BadgeImportView, bool]:
        """The import of a file, and whether it begins now: the same file is the same import, however often it is sent.

        Raises EventNotFound, EventClosed, BadgeFileUnreadable, BadgeRowsBroken, Busy.
        """
        event = await event_of_staff(staff, slug)
        if event.state in ENDED_STATES:
            raise EventClosed
        if self._taken >= WAITING_MAX:
            raise Busy
        self._taken += 1
        try:
            run, row = await self._begin(staff, event, content)
            if run is None:
                return import_view(row), False
            task = asyncio.create_task(self._carry_out(run))
            self._taken += 1  # the task's own slot
            self._tasks.add(task)
            task.add_done_callback(self._end)
            return import_view(row), True
        finally:
            self._taken -= 1

    def _end(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._taken -= 1

    async def stop(self) -> None:
        """Cancel the imports under way, of which nothing stays, and end the reader."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.files.stop()

    async def _begin(self, staff: Principal, event: Event, content: bytes) -> tuple[_Run | None, BadgeImport]:
        async with self._reading:
            sha256 = await asyncio.to_thread(lambda: hashlib.sha256(content).digest())
            await write("fail_dead_badge_imports", event.id)
            known = await BadgeImport.get_or_none(event_id=event.id, sha256=sha256)
            if known is not None and known.state != "failed":
                return None, known
            caller = str(staff.id)
            file, reading = await self.files.read(content, BADGES, read_badges, BadgeFileUnreadable, caller)
            if not file.errors_total:
                file = await self._without_taken(event.id, file)
        why = "rows_broken" if file.errors_total else None
        begun = await write(
            "begin_badge_import",
            event.id,
            uuid7(),
            sha256,
            "failed" if why else "queued",
            why,
            len(file.rows),
            _kept(file.errors),
            file.errors_total,
            ALIVE_S,
            staff.id,
            msgspec.json.encode(reading).decode(),
        )
        row = await BadgeImport.get(event_id=event.id, sha256=sha256)
        if not begun:  # sent twice at one moment
            return None, row
        if why:
            numbers = dict.fromkeys(error.row for error in file.errors)
            named = ", ".join(str(number) for number in list(numbers)[:ROWS_NAMED_MAX])
            more = " …" if len(numbers) > ROWS_NAMED_MAX else ""
            raise BadgeRowsBroken(
                retry_after_s=None,
                errors=(),
                errors_total=file.errors_total,
                rows=named + more,
                import_id=str(row.id),
                **named_errors(file.errors),
            )
        return _Run(staff, event.id, event.slug, row.id, begun[0]["attempt"], file.rows), row

    async def _without_taken(self, event_id: UUID, file: BadgeFile) -> BadgeFile:
        """The file with an error for each reference and wristband that another badge already has."""
        errors: list[RowError] = []
        total = 0
        for start in range(0, len(file.rows), ROWS_AT_ONCE):
            rows = file.rows[start : start + ROWS_AT_ONCE]
            refs = {row.holder_ref: row.number for row in rows if row.holder_ref is not None}
            aliases = {row.alias: row.number for row in rows if row.alias is not None}
            if not refs and not aliases:
                continue
            taken = await read(self._database, "find_taken_badges", event_id, list(refs), list(aliases))
            total += len(taken)
            for found in taken[: ERRORS_NAMED_MAX - len(errors)]:
                number = (refs if found["kind"] == "holder_ref" else aliases)[found["value"]]
                errors.append(RowError(number, found["kind"], "taken", {"serial": str(found["serial"])}))
        errors.sort(key=lambda error: error.row)
        return BadgeFile(file.rows, errors, total)

    async def _carry_out(self, run: _Run) -> None:
        # Started before the transaction: a task inherits its context, and with it the transaction's connection.
        reporting = asyncio.create_task(self._report_progress(run))
        why = "error"
        try:
            async with self._storing:
                run.state = "running"
                await self._store(run)
            why = ""
        except _Failed as failed:
            why = failed.why
        except BadgeLimit:
            why = "limit"
        except asyncio.CancelledError:
            why = "interrupted"
            raise
        except Exception as error:
            if constraint_of(error) in ("badges_holder_ref_unique", "badges_alias_unique"):
                why = "taken"
            else:
                log.exception("badge_import_failed", import_id=str(run.id))
        finally:
            reporting.cancel()
            await asyncio.gather(reporting, return_exceptions=True)
            if why:
                await self._fail(run, why)

    async def _store(self, run: _Run) -> None:
        """Store all badges of a file and end its import, in one transaction."""
        count = len(run.rows)
        async with self._database.transaction():
            first = await take_serials(self._database, run.event_id, count)
            event = await Event.get(id=run.event_id)
            if event.state in ENDED_STATES:
                raise _Failed("closed")
            for start in range(0, count, ROWS_AT_ONCE):
                rows = run.rows[start : start + ROWS_AT_ONCE]
                columns = [[getattr(row, name) for row in rows] for name in Row.__struct_fields__[1:]]
                await write("store_badges", run.event_id, first + start, *columns)
                run.rows_done = start + len(rows)
            last = first + count - 1
            if not await write("end_badge_import", *run.key, first, last):
                raise _Failed("interrupted")
            after = {"import": str(run.id), "first": first, "count": count}
            await record(run.staff, "badges.import", run.slug, after=after)

    async def _report_progress(self, run: _Run) -> None:
        """Write every fifth of a second how far an import is, and that its process is alive."""
        while True:
            try:
                await write("update_badge_import", *run.key, run.state, run.rows_done, ALIVE_S)
            except Exception as error:
                log.warning("badge_import_progress_lost", import_id=str(run.id), error=type(error).__name__)
            await asyncio.sleep(PROGRESS_EVERY_S)

    async def _fail(self, run: _Run, why: str) -> None:
        try:
            await write("fail_badge_import", *run.key, why, "[]", 0)
        except Exception as error:
            # The next reader after `alive_until` marks it as interrupted.
            log.warning("badge_import_progress_lost", import_id=str(run.id), error=type(error).__name__)


async def list_imports(staff: Principal, slug: str, limit: int, cursor: UUID | None) -> Page[BadgeImportView]:
    """An event's imports, newest first, without the list of their errors. Raises EventNotFound."""
    event = await _event_of(staff, slug)
    query = BadgeImport.filter(event_id=event.id)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    return Page.of(await query.order_by("-id").limit(limit + 1), limit, import_view)


async def show_import(staff: Principal, slug: str, text: str) -> BadgeImportView:
    """How far a file is, or which of its rows are wrong. Raises EventNotFound, BadgeImportNotFound."""
    event = await _event_of(staff, slug)
    found = await BadgeImport.get_or_none(event_id=event.id, id=read_id(text, BadgeImportNotFound))
    if found is None:
        raise BadgeImportNotFound
    return import_view(found)


async def _event_of(staff: Principal, slug: str) -> Event:
    event = await event_of_staff(staff, slug)
    await write("fail_dead_badge_imports", event.id)
    return event


def import_view(row: BadgeImport) -> BadgeImportView:
    """An import as staff see it."""
    errors = [msgspec.convert(error, RowError) for error in row.errors]
    return view_of(
        BadgeImportView,
        row,
        id=str(row.id),
        why_text=None if row.why is None else Statement(*both(f"badge_import.{row.why}")),
        errors=[view_of(BadgeRowError, error, reason=Statement(*_reasons(error))) for error in errors],
        sha256=row.sha256.hex(),
        file=None if row.reading is None else file_view(msgspec.convert(row.reading, Reading)),
    )


def _reasons(error: RowError) -> tuple[str, str]:
    chinese, english = (
        reason_of(language, "badge_file", error.code, error.facts) for language in ("zh-CN", "en")
    )
    return chinese, english


def _kept(errors: list[RowError]) -> str:
    return msgspec.json.encode(errors).decode()
