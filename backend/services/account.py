"""A citizen's own account: balance, entries, actions, certificates, sums, export, erasure."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from backend.errors import InvalidQuery, NotFound
from backend.messages.actions import ActionBrief, Me, MethodSum, PointsEntry, Summary
from backend.messages.scans import EventBrief, MyCertificate
from backend.messages.shape import Bilingual, Page
from backend.models import Account, Action, Citizen, Identity, Session, Transfer
from backend.storage.database import Database
from backend.storage.reads import read


async def me(citizen_id: UUID) -> Me:
    citizen = await Citizen.get_or_none(id=citizen_id)
    if citizen is None:
        raise NotFound
    account = await Account.get(id=citizen_id)
    return Me(
        id=str(citizen.id),
        nickname=citizen.nickname,
        created_at=citizen.created_at,
        balance=account.balance,
    )


async def summary(database: Database, citizen_id: UUID) -> Summary:
    """The account in numbers, in two statements."""
    sums = (await read(database, "read_attendance_sums", citizen_id))[0]
    by_method: dict[str, MethodSum] = {}
    verified_g = self_declared_g = 0
    for row in await read(database, "read_summary", citizen_id):
        if row["is_self_declared"]:
            self_declared_g += row["reduction_g"]
        else:
            verified_g += row["reduction_g"]
        known = by_method.get(row["method"])
        by_method[row["method"]] = MethodSum(
            method=row["method"],
            actions=row["actions"] + (known.actions if known else 0),
            reduction_g=row["reduction_g"] + (known.reduction_g if known else 0),
            points=row["points"] + (known.points if known else 0),
        )
    return Summary(
        balance=sums["balance"] or 0,
        actions=sum(item.actions for item in by_method.values()),
        reduction_g=verified_g,
        self_declared_g=self_declared_g,
        by_method=list(by_method.values()),
        attendances=sums["attendances"],
        footprint_g=sums["footprint_g"],
        offset_g=sums["offset_g"],
    )


async def actions(citizen_id: UUID, limit: int, cursor: UUID | None) -> Page[ActionBrief]:
    query = Action.filter(citizen_id=citizen_id)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    return _page([_action(row) for row in rows], limit)


async def entries(citizen_id: UUID, limit: int, cursor: UUID | None) -> Page[PointsEntry]:
    """Movements of the citizen's points, newest first; points that left are negative."""
    query = Transfer.filter(citizen_id=citizen_id)
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    rows = await query.order_by("-id").limit(limit + 1)
    return _page([_entry(row, citizen_id) for row in rows], limit)


async def certificates(
    database: Database, citizen_id: UUID, limit: int, cursor: str | None, public_base: str
) -> Page[MyCertificate]:
    before = None
    if cursor is not None:
        try:
            before = datetime.fromtimestamp(int(cursor) / 1_000_000, UTC)
        except (ValueError, OverflowError, OSError):
            raise InvalidQuery(name="cursor", reason="not one of ours") from None
    rows = await read(database, "read_my_certificates", citizen_id, before, limit + 1)
    items = [
        MyCertificate(
            number=row["certificate_number"],
            url=f"{public_base}/c/{row['certificate_number']}",
            issued_at=row["issued_at"],
            grams=row["grams"],
            kind=row["kind"],
            event=EventBrief(
                slug=row["slug"], name=Bilingual(row["name_zh"], row["name_en"]), city=row["city"]
            ),
        )
        for row in rows[:limit]
    ]
    more = len(rows) > limit
    return Page(items, str(round(rows[limit - 1]["issued_at"].timestamp() * 1_000_000)) if more else None)


async def export(database: Database, citizen_id: UUID) -> dict[str, Any]:
    """Everything that is kept about a citizen, as one JSON document (PIPL art. 45)."""
    citizen = await me(citizen_id)
    identities = await Identity.filter(citizen_id=citizen_id).values("provider", "subject", "created_at")
    attendances = await read(database, "read_my_attendances", citizen_id)
    return {
        "citizen": citizen,
        "identities": identities,
        "actions": [_action(row) for row in await Action.filter(citizen_id=citizen_id).order_by("id")],
        "points": [
            _entry(row, citizen_id) for row in await Transfer.filter(citizen_id=citizen_id).order_by("id")
        ],
        "attendances": [
            dict(row)
            | {
                "footprint": msgspec.Raw(row["footprint"]),
                "journey": msgspec.Raw(row["journey"]) if row["journey"] else None,
            }
            for row in attendances
        ],
    }


async def erase(database: Database, citizen_id: UUID) -> None:
    """Destroy what identifies a person; amounts stay in the ledger under an id that leads to nobody."""
    async with database.transaction():
        await Identity.filter(citizen_id=citizen_id).delete()
        await Citizen.filter(id=citizen_id).update(nickname=None)
        await Session.filter(principal_id=citizen_id, revoked_at=None).update(
            revoked_at=datetime.now(UTC), revoked_why="signed_out"
        )


def _page(items: list[Any], limit: int) -> Page[Any]:
    return Page(items[:limit], items[limit - 1].id if len(items) > limit else None)


def _action(row: Action) -> ActionBrief:
    return ActionBrief(
        id=str(row.id),
        method=row.method,
        method_version=row.method_version,
        factor_set=row.factor_set,
        quantity=_plain(row.quantity),
        credited_quantity=_plain(row.credited_quantity) or Decimal(0),
        tier=row.tier,
        occurred_at=row.occurred_at,
        day=row.day,
        reduction_g=row.reduction_g,
        points=row.points,
        state=row.state,
        capped_by=row.capped_by,
        claim_state=row.claim_state,
    )


def _entry(row: Transfer, citizen_id: UUID) -> PointsEntry:
    return PointsEntry(
        id=str(row.id),
        at=row.created_at,
        points=row.points if row.credit_account == citizen_id else -row.points,
        balance_after=row.balance_after,
        reason=row.reason,
        source_id=str(row.source_id),
    )


def _plain(value: Decimal | None) -> Decimal | None:
    """Without the column's trailing zeros: 5 stays 5."""
    if value is None:
        return None
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
