"""Regulators draw certificates at random and look at the chain of each; what was found is kept, without the lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from tortoise.expressions import Q, Subquery

from backend.auth import Principal
from backend.domain.days import SHANGHAI
from backend.domain.organisations.remits import Remits
from backend.domain.supervision.sampling import new_seed
from backend.errors import InvalidBody
from backend.errors.supervision.desk import SampleNotFound, SampleTooLarge
from backend.messages.shape import Bilingual, Page, view_of
from backend.messages.supervision.desk import RemitBrief
from backend.messages.supervision.sampling import (
    ChainLink,
    HolderCopyRequest,
    SampleBrief,
    SampledCertificate,
    SampleRequest,
    SampleView,
)
from backend.models import CertificateCheck, CertificateSample, Event
from backend.models.keys import read_id, uuid7
from backend.services.events.events import find_event
from backend.services.identity.staff_accounts import record, usernames
from backend.services.organisations.remits import check_in_remit, events_within, remits_of
from backend.services.supervision.chain import ChainChecker, Checked
from backend.storage.database import Database
from backend.storage.statements import read

HELD_BY_THE_CITIZEN = ("lines", "factors")
"""Links whose facts tell of a journey: they are shown to who looks, and not kept."""
PERIOD_DAYS_MAX = 366


async def draw_sample(
    database: Database, checker: ChainChecker, staff: Principal, request: SampleRequest
) -> SampleView:
    """Draw certificates and look at the chain of each.

    Raises EventNotFound, InvalidBody, SampleTooLarge, SignerUnavailable.
    """
    remits, seed = await remits_of(staff), request.seed or new_seed()
    event = await _event_of(staff, request)
    scope = _scope(event, request, remits)
    (counted,) = await read(database, "count_certificates", *scope)
    population = counted["certificates"]
    if request.size > population:
        raise SampleTooLarge(certificates_max=population)
    rows = await read(database, "draw_certificates", *scope, seed, request.size)
    checked = await checker.check([row["certificate_number"] for row in rows])
    sample_id = uuid7()
    async with database.transaction():
        await CertificateSample.create(
            id=sample_id,
            event_id=None if event is None else event.id,
            period_from=request.period_from,
            period_to=request.period_to,
            remits=[[remit.agency, remit.city] for remit in remits],
            seed=seed,
            size=request.size,
            population=population,
            reason=request.reason,
            drawn_by=staff.id,
        )
        for position, each in enumerate(checked, start=1):
            await _keep(sample_id, position, 1, each, staff)
        await record(
            staff,
            "sample.draw",
            str(sample_id),
            reason=request.reason,
            after={"event": request.event, "size": request.size, "seed": seed},
        )
    return await _view(await CertificateSample.get(id=sample_id), {each.number: each for each in checked})


async def look_again(
    database: Database,
    checker: ChainChecker,
    staff: Principal,
    id_text: str,
    position: str,
    request: HolderCopyRequest,
) -> SampledCertificate:
    """Look at a drawn certificate once more, with the holder's copy where its lines are not kept.

    Raises SampleNotFound, HolderCopyForeign, HolderCopyForged, SignerUnavailable.
    """
    sample = await _sample(staff, id_text)
    rows = [row for row in await _checks(sample.id) if str(row.position) == position]
    if not rows:
        raise SampleNotFound
    last = rows[-1]
    copies = None if request.certificate is None else {last.certificate_number: request.certificate}
    (checked,) = await checker.check([last.certificate_number], copies)
    async with database.transaction():
        kept = await _keep(sample.id, last.position, last.sequence + 1, checked, staff)
        await record(
            staff,
            "sample.check",
            f"{sample.id} {position}",
            reason=sample.reason,
            after={"basis": checked.basis, "is_ok": checked.is_ok},
        )
    return _certificate(kept, await usernames([staff.id]), checked)


async def list_samples(staff: Principal, limit: int, cursor: UUID | None) -> Page[SampleBrief]:
    """Draws within the caller's remits, the newest first."""
    remits, query = await remits_of(staff), CertificateSample.all()
    if not remits.is_province:
        events = Event.filter(events_within(remits)).values("id")
        query = query.filter(Q(event_id__in=Subquery(events)) | Q(drawn_by=staff.id))
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    shown = [await _brief(row) for row in rows]
    return Page.of(
        shown, limit, cursor=lambda brief: UUID(brief["id"]), view=lambda brief: SampleBrief(**brief)
    )


async def show_sample(staff: Principal, id_text: str) -> SampleView:
    """A draw with what was found of each certificate last. Raises SampleNotFound."""
    return await _view(await _sample(staff, id_text), {})


async def _event_of(staff: Principal, request: SampleRequest) -> Event | None:
    has_period = request.period_from is not None and request.period_to is not None
    if (request.event is not None) == has_period or (request.period_from is None) != (
        request.period_to is None
    ):
        raise InvalidBody.at("/event", "missing")
    if request.event is None:
        assert request.period_from is not None
        assert request.period_to is not None
        if not request.period_from <= request.period_to:
            raise InvalidBody.at("/period_to", "before_other", other="period_from")
        if (request.period_to - request.period_from).days >= PERIOD_DAYS_MAX:
            raise InvalidBody.at("/period_to", "longer_than", days_max=PERIOD_DAYS_MAX)
        return None
    event = await find_event(request.event)
    await check_in_remit(staff, event)
    return event


def _scope(event: Event | None, request: SampleRequest, remits: Remits) -> tuple[object, ...]:
    begin = end = datetime(2000, 1, 1, tzinfo=UTC)
    if request.period_from is not None and request.period_to is not None:
        begin = datetime.combine(request.period_from, time(), SHANGHAI)
        end = datetime.combine(request.period_to, time(), SHANGHAI) + timedelta(days=1)
    return None if event is None else event.id, begin, end, remits.agencies, remits.cities


async def _keep(
    sample_id: UUID, position: int, sequence: int, checked: Checked, staff: Principal
) -> CertificateCheck:
    chain = [
        {
            "name": each.name,
            "is_ok": each.is_ok,
            "wrong": list(each.wrong),
            "items": [] if each.name in HELD_BY_THE_CITIZEN else list(each.items),
        }
        for each in checked.links
    ]
    return await CertificateCheck.create(
        sample_id=sample_id,
        position=position,
        sequence=sequence,
        certificate_number=checked.number,
        basis=checked.basis,
        chain=chain,
        is_ok=checked.is_ok,
        checked_by=staff.id,
    )


async def _sample(staff: Principal, id_text: str) -> CertificateSample:
    """Raises SampleNotFound, also for one outside of the caller's remits."""
    sample = await CertificateSample.get_or_none(id=read_id(id_text, SampleNotFound))
    if sample is None:
        raise SampleNotFound
    remits = await remits_of(staff)
    if not remits.is_province and sample.drawn_by != staff.id:
        event = None if sample.event_id is None else await Event.get(id=sample.event_id)
        if event is None or not remits.covers(event.agency, event.city):
            raise SampleNotFound
    return sample


async def _checks(sample_id: UUID) -> Sequence[CertificateCheck]:
    return await CertificateCheck.filter(sample_id=sample_id).order_by("position", "sequence")


async def _brief(sample: CertificateSample) -> dict[str, Any]:
    last = {row.position: row for row in await _checks(sample.id)}
    event = None if sample.event_id is None else await Event.get(id=sample.event_id)
    names = await usernames([sample.drawn_by])
    return {
        "id": str(sample.id),
        "number": f"P-{sample.drawn_at.astimezone(SHANGHAI).year}-{sample.serial:06}",
        "event": None if event is None else event.slug,
        "event_name": None if event is None else Bilingual(event.name_zh, event.name_en),
        "remits": [RemitBrief(agency=agency, city=city) for agency, city in sample.remits],  # type: ignore[arg-type]
        "drawn_by": names[sample.drawn_by],
        "failed": sum(not row.is_ok for row in last.values()),
        **{
            name: getattr(sample, name)
            for name in ("period_from", "period_to", "seed", "size", "population", "reason", "drawn_at")
        },
    }


async def _view(sample: CertificateSample, fresh: Mapping[str, Checked]) -> SampleView:
    rows = await _checks(sample.id)
    last, names = {row.position: row for row in rows}, await usernames(row.checked_by for row in rows)
    counts = Counter(row.position for row in rows)
    return SampleView(
        **await _brief(sample),
        certificates=[
            _certificate(row, names, fresh.get(row.certificate_number), counts[position])
            for position, row in sorted(last.items())
        ],
    )


def _certificate(
    row: CertificateCheck, names: Mapping[UUID, str], fresh: Checked | None, checks: int | None = None
) -> SampledCertificate:
    links: Sequence[Any] = row.chain if fresh is None else fresh.links
    return view_of(
        SampledCertificate,
        row,
        number=row.certificate_number,
        url=f"/c/{row.certificate_number}",
        chain=[
            view_of(ChainLink, each, wrong=list(_of(each, "wrong")), items=list(_of(each, "items")))
            for each in links
        ],
        checks=checks or row.sequence,
        checked_by=names[row.checked_by],
    )


def _of(each: Any, name: str) -> Any:
    return each[name] if isinstance(each, dict) else getattr(each, name)
