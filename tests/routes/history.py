"""A citizen's past, written straight into the tables as the ledger would have: months cannot be waited for."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import uuid_utils

from backend.domain.account.lots import lot_of
from backend.domain.days import SHANGHAI
from tests.shipped import shipped_catalogue

ISSUANCE = UUID("00000000-0000-7000-8000-000000000001")
REDEMPTION = UUID("00000000-0000-7000-8000-000000000002")
EXPIRY = UUID("00000000-0000-7000-8000-000000000003")
CATALOGUE = shipped_catalogue()


def id_at(at: datetime) -> UUID:
    """A UUIDv7 as one made at that moment would be."""
    ms = int(at.timestamp() * 1000)
    return UUID(int=(ms << 80) | (uuid_utils.uuid7().int & ((1 << 80) - 1)))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=SHANGHAI)


class History:
    """Writes rows of one citizen; balances, lots and sums follow."""

    def __init__(self, owner: asyncpg.Connection, citizen_id: UUID) -> None:
        self.owner = owner
        self.citizen_id = citizen_id

    async def action(
        self,
        day: date,
        *,
        method: str = "walk_steps",
        grams: int = 100,
        points: int = 10,
        tier: str = "E2",
        quantity: int | None = 5000,
        at: datetime | None = None,
        **changes: Any,
    ) -> UUID:
        at = at or noon(day)
        id_ = id_at(at)
        row = {
            "citizen_id": self.citizen_id,
            "id": id_,
            "method": method,
            "method_version": CATALOGUE.methods[method].version,
            "factor_set": CATALOGUE.default_factor_set,
            "quantity": quantity,
            "credited_quantity": quantity or 1,
            "tier": tier,
            "occurred_at": at,
            "day": day,
            "reduction_g": grams,
            "points": points,
            "state": "posted",
            "created_at": at,
        } | changes
        await self._insert("actions", row)
        await self.owner.execute(
            "INSERT INTO action_sums VALUES ($1, date_trunc('month', $2::date)::date, $3, $4, 1, $5, $6)"
            " ON CONFLICT (citizen_id, month, method, is_verified) DO UPDATE SET"
            " actions = action_sums.actions + 1, reduction_g = action_sums.reduction_g + $5,"
            " points = action_sums.points + $6",
            self.citizen_id,
            day,
            method,
            tier != "E5",
            grams,
            points,
        )
        if points:
            await self.move(points, "action", id_, lot_of(day), at)
        return id_

    async def move(
        self, points: int, reason: str, source_id: UUID, lot: date, at: datetime, other: UUID = ISSUANCE
    ) -> None:
        """Points of one lot to the citizen, or with a minus sign from them to the other account."""
        balance = points + await self.owner.fetchval(
            "SELECT balance FROM accounts WHERE id = $1", self.citizen_id
        )
        await self.owner.execute("UPDATE accounts SET balance = balance - $2 WHERE id = $1", other, points)
        debit, credit = (other, self.citizen_id) if points > 0 else (self.citizen_id, other)
        await self._insert(
            "transfers",
            {
                "citizen_id": self.citizen_id,
                "id": id_at(at),
                "debit_account": debit,
                "credit_account": credit,
                "points": abs(points),
                "reason": reason,
                "source_id": source_id,
                "balance_after": balance,
                "expires_on": lot,
                "created_at": at,
            },
        )
        await self.owner.execute(
            # A row that would be refused is no row that can be merged: what is taken is taken from one that is there.
            "INSERT INTO lots VALUES ($1, $2, greatest($3::bigint, 0))"
            " ON CONFLICT (citizen_id, expires_on) DO UPDATE SET points = lots.points + $3",
            self.citizen_id,
            lot,
            points,
        )

    async def spend(self, points: int, lot: date, at: datetime) -> UUID:
        source_id = id_at(at)
        await self.move(-points, "redemption", source_id, lot, at, REDEMPTION)
        return source_id

    async def claim(self, action_id: UUID, to: str, grams: int, source_id: UUID | None = None) -> None:
        await self._insert(
            "claims",
            {
                "citizen_id": self.citizen_id,
                "action_id": action_id,
                "claim_state": to,
                "grams": grams,
                "source_id": source_id or id_at(datetime.now(UTC)),
                "created_at": datetime.now(UTC),
            },
        )

    async def reverse(self, action_id: UUID, reason: str = "二次上报") -> None:
        """As the ledger does when all of its points are still there."""
        row = await self.owner.fetchrow(
            "SELECT * FROM actions WHERE citizen_id = $1 AND id = $2", self.citizen_id, action_id
        )
        at = datetime.now(UTC)
        await self._insert(
            "reversals",
            {
                "citizen_id": self.citizen_id,
                "action_id": action_id,
                "id": id_at(at),
                "points": row["points"],
                "points_short": 0,
                "reason": reason,
                "actor": "test",
                "created_at": at,
            },
        )
        await self.owner.execute(
            "UPDATE action_sums SET actions = actions - 1, reduction_g = reduction_g - $4, points = points - $5"
            " WHERE citizen_id = $1 AND month = date_trunc('month', $2::date)::date AND method = $3",
            self.citizen_id,
            row["day"],
            row["method"],
            row["reduction_g"],
            row["points"],
        )
        await self.move(-row["points"], "reversal", action_id, lot_of(row["day"]), at)

    async def review(self, day: date, *, state: str = "pending", **changes: Any) -> UUID:
        at = noon(day)
        decided = {"decided_at": at, "decided_by": id_at(at)} if state != "pending" else {}
        row = {
            "citizen_id": self.citizen_id,
            "id": id_at(at),
            "why": "photo",
            "state": state,
            "method": "clean_plate",
            "tier": "E4",
            "occurred_at": at,
            "day": day,
            "expected_by": at + timedelta(days=2),
            "created_at": at,
        } | decided
        row |= changes
        await self._insert("reviews", row)
        id_: UUID = row["id"]  # type: ignore[assignment]
        return id_

    async def _insert(self, table: str, row: dict[str, Any]) -> None:
        marks = ", ".join(f"${place}" for place in range(1, len(row) + 1))
        await self.owner.execute(
            f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})",  # noqa: S608
            *row.values(),
        )
