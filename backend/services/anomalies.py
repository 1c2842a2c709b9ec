"""Actions that look made up in number are reviewed by staff; none is refused, and scans at events are not looked at.

Counts are kept in Redis and forgotten with it: then fewer actions are looked at, and none is booked otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from backend.domain.actions.anomalies import is_fresh, is_telling
from backend.domain.days import day_of
from backend.ledger.commands.log_action import RequestedReview
from backend.storage.redis_patterns import Patterns

HOUR_S = 3600
DAY_S = 24 * HOUR_S
MONTH_S = 32 * DAY_S


class Anomalies:
    """Looks for the same quantity again and again, and for crowds of fresh accounts at one place."""

    def __init__(
        self,
        patterns: Patterns,
        *,
        same_quantity_max: int,
        fresh_accounts_max: int,
        partner_fresh_accounts_max: int,
    ) -> None:
        self._patterns = patterns
        self._partner_fresh_accounts_max = partner_fresh_accounts_max
        self._same_quantity_max = same_quantity_max
        self._fresh_accounts_max = fresh_accounts_max

    async def look(
        self, citizen_id: UUID, method: str, self_declared: Decimal | None, place: str | None, now: datetime
    ) -> RequestedReview | None:
        """The review that an action calls for, or None.

        `self_declared` is a quantity that only the citizen says; `place` the scene or the device that it was done at.
        """
        if self_declared is not None:
            review = await self._same_quantity(citizen_id, method, self_declared, now)
            if review is not None:
                return review
        if place is None:
            return None
        return await self.ring([citizen_id], place, self._fresh_accounts_max, now)

    async def at_partner(
        self, citizens: Sequence[UUID], partner: str, now: datetime
    ) -> RequestedReview | None:
        """The review that a partner's report of these citizens calls for, or None.

        A metro that joins brings many new people in an hour: its limit is one of its own.
        """
        return await self.ring(citizens, f"partner {partner}", self._partner_fresh_accounts_max, now)

    async def ring(
        self, citizens: Sequence[UUID], place: str, accounts_max: int, now: datetime
    ) -> RequestedReview | None:
        """The review that fresh accounts call for when more of them act at one place within an hour than is usual."""
        fresh = [citizen.bytes for citizen in citizens if is_fresh(citizen, now)]
        hour = int(now.timestamp()) // HOUR_S
        accounts = await self._patterns.distinct(f"fresh|{place}|{hour}", fresh, 2 * HOUR_S)
        if accounts <= accounts_max:
            return None
        facts = {"accounts": accounts, "accounts_max": accounts_max, "place": place.partition(" ")[0]}
        return RequestedReview("fresh_accounts", facts)

    async def _same_quantity(
        self, citizen_id: UUID, method: str, quantity: Decimal, now: datetime
    ) -> RequestedReview | None:
        said, day, limit = f"{method}|{quantity.normalize()}", day_of(now), self._same_quantity_max
        of_month = f"same|{citizen_id}|{day:%Y-%m}|{said}"
        days = await self._patterns.distinct(of_month, [day.isoformat().encode()], MONTH_S)
        if days > limit:
            return RequestedReview("same_quantity", {"days": days, "days_max": limit})
        if is_telling(quantity):
            people = await self._patterns.distinct(f"same|{day}|{said}", [citizen_id.bytes], 2 * DAY_S)
            if people > limit:
                return RequestedReview("same_quantity", {"citizens": people, "citizens_max": limit})
        return None
