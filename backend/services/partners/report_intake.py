"""Takes partners' reports: up to a thousand items a request, each checked alone and credited exactly once.

Repeats are looked up before any rule: a credited item stays credited, whatever has changed since. A refused item is not
stored, so a partner may correct it and send it again under the same id.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET

from backend.catalogue import Catalogue
from backend.domain.actions.anomalies import is_fresh
from backend.domain.actions.quantification import check_parameters, check_quantity
from backend.domain.community.consent_uses import ITEMS_TAKEN
from backend.domain.community.knowledge import elsewhere
from backend.domain.request_digests import RequestDigests
from backend.errors import Busy, InternalError, InvalidBody, MethodNotFound, Refusal, TimeOutOfRange
from backend.errors.account.points import ExternalIdReused
from backend.errors.community.community import WHERE, ConsentNeeded
from backend.errors.partners import GrantWithdrawn, InvalidItem, MethodNotAgreed, TripEndsWrong
from backend.ledger.command import Outcome, RefusalFacts, facts_of_refusal, replay
from backend.ledger.commands.log_action import CLOCK_SKEW_MAX, LogAction, PartnerItem
from backend.ledger.queue import LedgerQueue
from backend.messages.actions.actions import Reduced
from backend.messages.encoding import decode_body, encode, errors_of
from backend.messages.partners import (
    ITEMS_MAX,
    PartnerAction,
    PartnerActions,
    PartnerResult,
    PartnerResults,
    WaitingBody,
)
from backend.services.anomalies import Anomalies
from backend.services.partners.pending_items import action_command
from backend.services.partners.request_auth import PartnerCaller
from backend.storage.database import Database
from backend.storage.statements import read, write

BACKDATED_DAYS_MAX = 31
TRIP_HOURS_MAX = 24
BUSY_RETRY_S = 2.0


class _Answered(msgspec.Struct):
    """What a partner is told of an action, out of the answer that the ledger made for its citizen."""

    id: str
    state: str
    reduction_g: int
    points: int
    reductions: list[Reduced] = []


class _RawItems(msgspec.Struct, forbid_unknown_fields=True):
    items: list[msgspec.Raw]


class _Named(msgspec.Struct):
    external_id: Any = None


_ALL = msgspec.json.Decoder(PartnerActions)
_ONE = msgspec.json.Decoder(PartnerAction)
_RAW = msgspec.json.Decoder(_RawItems)
_NAME = msgspec.json.Decoder(_Named)

_STATUS: dict[str, Any] = {
    "posted": "posted",
    "capped": "capped",
    "pending": "pending",
    "unchanged": "posted",
}


class _Item(msgspec.Struct):
    """One readable item: its content, what it is to the ledger, and the first rule that refuses it."""

    index: int
    subject: str
    body: WaitingBody
    item: PartnerItem
    refusal: Refusal | None

    @property
    def external_id(self) -> str:
        return self.item.external_id


class PartnerIntake:
    """Takes a few requests at a time: each brings a thousand commands, and scans at gates must get their turn."""

    def __init__(
        self,
        database: Database,
        queue: LedgerQueue,
        catalogue: Catalogue,
        *,
        requests_max: int,
        waiting_days_max: int,
        anomalies: Anomalies,
        digests: RequestDigests,
    ) -> None:
        self._digests = digests
        self._anomalies = anomalies
        self._database = database
        self._queue = queue
        self._catalogue = catalogue
        self._requests_max = requests_max
        self._under_way = 0
        self._waiting_life = timedelta(days=waiting_days_max)

    async def report(self, partner: PartnerCaller, raw: bytes, now: datetime) -> PartnerResults:
        """The result of each item, in their order.

        Raises Busy, and what the ledger's queue raises for any item: then some items may be written and others
        not, and the same request sent again finishes it.
        """
        if self._under_way >= self._requests_max:
            raise Busy(retry_after_s=BUSY_RETRY_S)
        self._under_way += 1
        try:
            results = await self._report(partner, _read(raw), now)
        finally:
            self._under_way -= 1
        return PartnerResults(items=results, counts=dict(Counter(result.status for result in results)))

    async def _report(
        self, partner: PartnerCaller, read_items: Sequence[PartnerAction | PartnerResult], now: datetime
    ) -> list[PartnerResult]:
        results: list[Any] = [None] * len(read_items)
        items: list[_Item] = []
        earliest, latest = now - timedelta(days=BACKDATED_DAYS_MAX), now + CLOCK_SKEW_MAX
        for index, item in enumerate(read_items):
            if isinstance(item, PartnerResult):
                results[index] = item
            else:
                items.append(self._checked(partner, index, item, earliest, latest))
        names = [item.external_id for item in items]
        citizens: dict[str, UUID] = {}
        for row in await read(
            self._database, "read_subjects", partner.id, list({item.subject for item in items})
        ):
            citizens[row["subject"]] = row["citizen_id"]
            if not self._catalogue.policies.holds(ITEMS_TAKEN.scope, row["consent_version"], now):
                _refuse(items, row["subject"], ConsentNeeded(scope=ITEMS_TAKEN.scope, where=WHERE))
        waiting: dict[str, bytes] = {
            row["external_id"]: row["digest"]
            for row in await read(self._database, "read_pending_digests", partner.id, names)
        }
        sent: list[_Item] = []
        commands: list[LogAction] = []
        others: list[_Item] = []
        for each in items:
            citizen_id = citizens.get(each.subject)
            if each.refusal is not None or citizen_id is None:
                others.append(each)
            elif each.external_id in waiting and not each.item.is_repeat_of(waiting[each.external_id]):
                results[each.index] = _refused(each.external_id, ExternalIdReused())
            else:
                sent.append(each)
                commands.append(action_command(citizen_id, each.item, each.body, now))
        commands = await self._looked_at(partner, commands, now)
        for each, outcome in zip(sent, await self._queue.submit_all(commands), strict=True):
            results[each.index] = _result(each.external_id, outcome)
        if others:
            await self._answer_others(partner, others, results, now)
        return results

    async def _looked_at(
        self, partner: PartnerCaller, commands: list[LogAction], now: datetime
    ) -> list[LogAction]:
        """With a review for fresh accounts, where a report has more of them within the hour than is usual."""
        citizens = list({command.citizen_id for command in commands})
        review = await self._anomalies.at_partner(citizens, str(partner.id), now)
        if review is None:
            return commands
        return [
            msgspec.structs.replace(command, review=review) if is_fresh(command.citizen_id, now) else command
            for command in commands
        ]

    def _checked(
        self, partner: PartnerCaller, index: int, item: PartnerAction, earliest: datetime, latest: datetime
    ) -> _Item:
        parameters = {} if item.parameters is UNSET else item.parameters
        quantity, ended_at = item.quantity, item.ended_at
        refusal: Refusal | None = None
        try:
            if not earliest <= item.occurred_at <= latest:
                raise TimeOutOfRange(days_max=BACKDATED_DAYS_MAX)
            if ended_at is not None and not (
                item.occurred_at < ended_at <= latest
                and ended_at - item.occurred_at <= timedelta(hours=TRIP_HOURS_MAX)
            ):
                raise TripEndsWrong(hours_max=TRIP_HOURS_MAX)
            method = self._catalogue.methods.get(item.method)
            if method is None:
                raise MethodNotFound
            if item.method not in partner.methods:
                raise MethodNotAgreed(methods=", ".join(sorted(partner.methods)))
            check_quantity(method, quantity)
            check_parameters(method, parameters)
            refusal = elsewhere(method.code, parameters)
        except Refusal as error:
            refusal = error
        body = WaitingBody(item.method, quantity, parameters, item.occurred_at, ended_at)
        digests = self._digests.of(_said(item.subject, body))
        found = PartnerItem(partner.id, item.external_id, *digests)
        return _Item(index, item.subject, body, found, refusal)

    async def _answer_others(
        self, partner: PartnerCaller, others: list[_Item], results: list[Any], now: datetime
    ) -> None:
        """Answer the items that do not go to the ledger: repeats, refusals, and those of subjects not bound yet."""
        known: dict[str, Any] = {}
        rows = await read(
            self._database, "read_partner_items", partner.id, list({item.external_id for item in others})
        )
        for row in rows:
            # What was credited comes before what still waits to be removed.
            if row["status"] is not None or row["external_id"] not in known:
                known[row["external_id"]] = row
        withdrawn = {
            row["subject"]
            for row in await read(
                self._database, "read_withdrawn_subjects", partner.id, [item.subject for item in others]
            )
        }
        to_wait: list[_Item] = []
        for item in others:
            row = known.get(item.external_id)
            if row is not None and not item.item.is_repeat_of(row["digest"]):
                results[item.index] = _refused(item.external_id, ExternalIdReused())
            elif row is not None and row["status"] is not None:
                results[item.index] = _result(item.external_id, replay(row["status"], row["answer"]))
            elif row is not None:
                results[item.index] = PartnerResult(external_id=item.external_id, status="waiting")
            elif item.refusal is not None:
                results[item.index] = _refused(item.external_id, item.refusal)
            elif item.subject in withdrawn:
                results[item.index] = _refused(item.external_id, GrantWithdrawn())
            else:
                to_wait.append(item)
        if to_wait:
            await self._store_waiting(partner, to_wait, results, now)

    async def _store_waiting(
        self, partner: PartnerCaller, items: list[_Item], results: list[Any], now: datetime
    ) -> None:
        first: dict[str, _Item] = {}
        for item in items:
            first.setdefault(item.external_id, item)
        columns = zip(
            *((i.external_id, i.subject, i.item.digest, encode(i.body).decode()) for i in first.values()),
            strict=True,
        )
        rows = await write("store_pending_items", partner.id, now, now + self._waiting_life, *columns)
        kept = {name: item.item.digest for name, item in first.items()}
        missed = list(first.keys() - {row["external_id"] for row in rows})
        if missed:  # another request brought them at the same moment
            for row in await read(self._database, "read_pending_digests", partner.id, missed):
                kept[row["external_id"]] = row["digest"]
        for item in items:
            name = item.external_id
            is_same = item.item.is_repeat_of(kept[name])
            results[item.index] = (
                PartnerResult(external_id=name, status="waiting")
                if is_same
                else _refused(name, ExternalIdReused())
            )


def _refuse(items: list[_Item], subject: str, refusal: Refusal) -> None:
    """Refuse the items of a subject that no rule refused before."""
    for item in items:
        if item.subject == subject and item.refusal is None:
            item.refusal = refusal


def _read(raw: bytes) -> Sequence[PartnerAction | PartnerResult]:
    """The items; in the place of an unreadable one its refusal. Raises MalformedBody, InvalidBody."""
    try:
        return decode_body(_ALL, raw).items
    except InvalidBody:
        pass  # one of them, or the whole: seen below, item by item
    raw_items = decode_body(_RAW, raw).items
    if not 1 <= len(raw_items) <= ITEMS_MAX:
        error = "too_many" if raw_items else "too_few"
        raise InvalidBody.at("/items", error, items_min=1, items_max=ITEMS_MAX, items=len(raw_items))
    return [_read_one(raw_item) for raw_item in raw_items]


def _read_one(raw_item: msgspec.Raw) -> PartnerAction | PartnerResult:
    try:
        return _ONE.decode(raw_item)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        errors = errors_of(_ONE, raw_item, error)
    try:
        name = _NAME.decode(raw_item).external_id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        name = None
    return _refused(name if isinstance(name, str) else None, InvalidItem(errors=errors))


def _said(subject: str, body: WaitingBody) -> bytes:
    """What an item says, however it is written: 5 and 5.0 are one quantity, 08:00+08:00 and 00:00Z one moment."""
    quantity = body.quantity
    said = (
        subject,
        body.method,
        str(quantity.normalize() if quantity is not None and quantity.is_finite() else quantity),
        sorted(body.parameters.items()),
        body.occurred_at.timestamp(),
        None if body.ended_at is None else body.ended_at.timestamp(),
    )
    return encode(said)


def _result(external_id: str, outcome: Outcome | Refusal) -> PartnerResult:
    """The ledger's outcome as a partner's result. Raises a refusal that asks the partner to send the request again."""
    if isinstance(outcome, Refusal):
        if isinstance(outcome, InternalError):
            return _refused(external_id, outcome)  # its neighbours are written and want their answers
        raise outcome
    if outcome.status >= 400:
        refused = outcome.answer_as(RefusalFacts)
        return PartnerResult(
            external_id=external_id, status="refused", code=refused.code, facts=_as_texts(refused)
        )
    answer = outcome.answer_as(_Answered)
    return PartnerResult(
        external_id=external_id,
        status=_STATUS[answer.state],
        action_id=answer.id,
        reduction_g=answer.reduction_g,
        points=answer.points,
        reductions=answer.reductions,
    )


def _refused(external_id: str | None, refusal: Refusal) -> PartnerResult:
    facts = _as_texts(facts_of_refusal(refusal))
    return PartnerResult(external_id=external_id, status="refused", code=refusal.code, facts=facts)


def _as_texts(refused: RefusalFacts) -> dict[str, str]:
    """An item's facts, texts as partners have always had them; of a wrong item also where it is wrong, and how."""
    facts = {
        name: ", ".join(map(str, fact)) if isinstance(fact, list) else str(fact)
        for name, fact in refused.facts.items()
    }
    for each in refused.errors[:1]:
        facts |= {"pointer": each.pointer, "error": each.code, "reason": each.detail("en")}
    return facts
