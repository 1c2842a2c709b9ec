"""What each use of a consent does, tried once more: whether it was done for its citizen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec

from backend.domain.community import consent_uses as uses
from backend.domain.community.consent_uses import ConsentUse
from backend.domain.community.periods import Period, month_of, week_of
from backend.domain.days import SHANGHAI, day_of
from backend.ledger.commands.log_action import PartnerItem
from backend.models import Notice, Review
from backend.models.keys import uuid7
from backend.services.partners.pending_items import credit_bound
from backend.storage.redis_leaderboards import CITY
from backend.storage.statements import write
from tests.community import count, credit, id_of
from tests.ledger.commands.claiming import claim, take_rides
from tests.ledger.stage import act
from tests.routes.partnering import Partner, new_partner, ride
from tests.service import Service

ALL_WAITING_DAYS = 30


@dataclass
class Trial:
    """A citizen, and whatever the tries of one use share."""

    service: Service
    owner: asyncpg.Connection
    citizen: dict[str, str]
    id: UUID
    partner: Partner | None = None
    steps: int = 0
    refusals: list[str] = field(default_factory=list)

    def more_steps(self) -> int:
        self.steps += 500
        return self.steps

    async def ride(self) -> None:
        """A reduction of a day of its own."""
        self.steps += 1
        day = day_of(datetime.now(UTC)) - timedelta(days=self.steps)
        await take_rides(self.service.components.queue, self.id, 1, day)

    async def decide(self, scope: str, granted: bool) -> None:
        """Give the consent, or withdraw it. That to partners is given by binding one."""
        if granted and self.partner is not None:
            await self.partner.bind(self.citizen, "card-1")
        else:
            await self.service.consent(self.citizen, scope, granted)

    def told(self, answer: Any) -> bool:
        """Whether a request was taken; a refusal's code is kept."""
        if answer.status_code >= 400:
            problem = answer.json()
            self.refusals.append(problem["code"])
            return False
        return True


async def open_trial(service: Service, owner: asyncpg.Connection, use: ConsentUse) -> Trial:
    citizen = await service.citizen()
    trial = Trial(service, owner, citizen, await id_of(service, citizen))
    if use.scope == uses.PARTNER_SOURCES:
        trial.partner = await new_partner(service)
    return trial


async def steps_taken(trial: Trial) -> bool:
    made = await trial.service.client.get(
        "/demo/werun", params={"steps": trial.more_steps()}, headers=trial.citizen
    )
    headers = trial.citizen | {"Idempotency-Key": uuid4().hex}
    return trial.told(await trial.service.post("/v1/me/steps", made.json(), headers))


async def steps_booked(trial: Trial) -> bool:
    """Steps that a person approved."""
    now = datetime.now(UTC)
    review = await Review.create(
        id=uuid7(),
        citizen_id=trial.id,
        method="walk_steps",
        quantity=trial.more_steps(),
        tier="E2",
        occurred_at=now,
        day=day_of(now),
        why="device",
        evidence={},
        expected_by=now + timedelta(hours=48),
        created_at=now,
    )
    staff = await trial.service.staff("operator")
    body = {"decision": "approve", "reason": "looks right"}
    answer = await trial.service.post(f"/v1/reviews/{review.id}/decision", body, staff)
    assert answer.status_code == 200, answer.text
    decided = answer.json()
    if decided["action"] is None:
        assert decided["review"]["state"] == "rejected"
        assert "consent_needed" in decided["review"]["reason"]
        trial.refusals.append("consent_needed")
    return decided["action"] is not None


async def messages_accepted(trial: Trial) -> bool:
    body = {"template": "offset_done", "result": "accept"}
    return trial.told(await trial.service.post("/v1/me/subscriptions", body, trial.citizen))


async def messages_sent(trial: Trial) -> bool:
    notice_id, template = uuid7(), "points_expiring"
    await write("create_message_acceptance", trial.id, template, "en")
    await Notice.create(
        citizen_id=trial.id, id=notice_id, kind=template, topic_key=uuid4().hex, facts={}, delivery="waiting"
    )
    terms = trial.service.components.catalogue.policies.terms(uses.MESSAGES_SENT, datetime.now(UTC))
    (row,) = await write("begin_notice_delivery", trial.id, notice_id, template, *terms)
    return bool(row["may_send"])


async def _counted(trial: Trial) -> None:
    if trial.steps == 0:
        trial.steps = 1
        await credit(trial.owner, trial.id, 300)
    await count(trial.service)


async def boards_shown(trial: Trial) -> bool:
    await _counted(trial)
    answer = await trial.service.client.get("/v1/leaderboards/city", headers=trial.citizen)
    return any(item["is_me"] for item in answer.json()["items"])


async def _is_ranked(trial: Trial, period: Period) -> bool:
    await _counted(trial)
    page = await trial.service.components.community.boards.page(period, CITY, 0, 10, trial.id)
    return page is not None and page.own is not None


async def boards_of_weeks(trial: Trial) -> bool:
    return await _is_ranked(trial, week_of(day_of(datetime.now(UTC))))


async def boards_of_months(trial: Trial) -> bool:
    return await _is_ranked(trial, month_of(day_of(datetime.now(UTC))))


async def rank_told(trial: Trial) -> bool:
    await _counted(trial)
    month = datetime.now(SHANGHAI).strftime("%Y-%m")
    answer = await trial.service.client.get(f"/v1/me/reports/{month}", headers=trial.citizen)
    return answer.json()["rank"] is not None


async def reductions_aggregated(trial: Trial) -> bool:
    await trial.ride()
    body = {"citizens": [str(trial.id)], "reason": "trial"}
    answer = await trial.service.post("/v1/aggregations", body, await trial.service.staff("operator"))
    assert answer.status_code in (200, 201), answer.text
    return bool(answer.json()["citizens"] == 1)


async def reductions_claimed(trial: Trial) -> bool:
    """As if the chunk had begun before the citizen's word."""
    await trial.ride()
    outcome = await trial.service.components.queue.submit(claim(trial.id, "aggregated"))
    return outcome.status == 201


async def journeys_kept(trial: Trial) -> bool:
    slug = f"fair-{uuid4().hex[:8]}"
    made = await trial.service.event(slug)
    answer = await trial.service.post(
        "/v1/scans",
        {
            "code": (await trial.service.badges(1, slug))[0]["code"],
            "journey": {"mode": "train", "from_city": "重庆"},
        },
        trial.citizen,
    )
    assert answer.status_code == 201, answer.text
    found = await trial.owner.fetchval(
        "SELECT count(*) FROM footprints WHERE event_id = $1 AND journey IS NOT NULL", UUID(made["id"])
    )
    return bool(found)


async def items_taken(trial: Trial) -> bool:
    assert trial.partner is not None
    (told,) = await trial.partner.told(ride())
    if told["status"] == "refused":
        trial.refusals.append(told["code"])
    return told["status"] not in ("refused", "waiting")


async def _partner_id(trial: Trial) -> UUID:
    found: UUID = await trial.owner.fetchval("SELECT id FROM partners WHERE code = 'metro'")
    return found


async def items_booked(trial: Trial) -> bool:
    """As if the report had been read before the citizen's word."""
    partner_id = await _partner_id(trial)
    item = PartnerItem(partner_id, uuid4().hex, b"d" * 32)
    command = msgspec.structs.replace(
        act(trial.id, "metro", Decimal(5), tier="E1"), item=item, partner_id=partner_id
    )
    outcome = await trial.service.components.queue.submit(command)
    if outcome.status >= 400:
        trial.refusals.append(msgspec.json.decode(outcome.body)["code"])
    return outcome.status == 201


async def items_waited(trial: Trial) -> bool:
    now = datetime.now(UTC)
    body = msgspec.json.encode(
        {"method": "metro", "quantity": 5, "parameters": {}, "occurred_at": now.isoformat(), "ended_at": None}
    ).decode()
    columns = ([uuid4().hex], ["card-1"], [uuid4().bytes * 2], [body])
    await write("store_pending_items", await _partner_id(trial), now, now + timedelta(days=1), *columns)
    components = trial.service.components
    done = await credit_bound(
        components.database, components.queue, components.catalogue, waiting_days_max=ALL_WAITING_DAYS
    )
    return done.credited > 0


TRIALS: dict[ConsentUse, Callable[[Trial], Awaitable[bool]]] = {
    uses.STEPS_TAKEN: steps_taken,
    uses.STEPS_BOOKED: steps_booked,
    uses.MESSAGES_ACCEPTED: messages_accepted,
    uses.MESSAGES_SENT: messages_sent,
    uses.BOARDS_SHOWN: boards_shown,
    uses.BOARDS_OF_WEEKS: boards_of_weeks,
    uses.BOARDS_OF_MONTHS: boards_of_months,
    uses.RANK_TOLD: rank_told,
    uses.REDUCTIONS_AGGREGATED: reductions_aggregated,
    uses.REDUCTIONS_CLAIMED: reductions_claimed,
    uses.JOURNEYS_KEPT: journeys_kept,
    uses.ITEMS_TAKEN: items_taken,
    uses.ITEMS_BOOKED: items_booked,
    uses.ITEMS_WAITED: items_waited,
}
