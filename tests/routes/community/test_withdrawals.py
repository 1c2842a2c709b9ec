"""A consent that is taken back: at once, in every process, also for what is queued or under way."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any
from uuid import uuid4

import asyncpg
import msgspec

from backend.jobs.notifications.notice_delivery import NoticeCarrier
from backend.jobs.outbox import Task
from backend.models import Review
from backend.services.notifications.notices import create_notice
from backend.settings import Settings
from tests.community import id_of
from tests.ledger.commands.claiming import take_rides
from tests.routes.actions.test_reviews import walk
from tests.routes.partnering import new_partner, ride
from tests.service import Service, open_service

FACTS = {"points": 10, "expires_on": "2027-01-01"}


async def walked(service: Service, citizen: dict[str, str], steps: int) -> tuple[int, str | None]:
    made = await service.client.get("/demo/werun", params={"steps": steps}, headers=citizen)
    headers = citizen | {"Idempotency-Key": uuid4().hex}
    answer = await service.post("/v1/me/steps", made.json(), headers)
    return answer.status_code, answer.json().get("code")


async def test_it_holds_in_every_process_at_once(service: Service, settings: Settings) -> None:
    async with open_service(settings) as other:
        lin = await service.citizen()
        for number in range(1, 4):
            await service.consent(lin, "werun")
            assert (await walked(other, lin, number * 1000))[0] == 201
            await other.consent(lin, "werun", granted=False)
            assert await walked(service, lin, number * 1000 + 500) == (409, "consent_needed")


async def test_given_and_withdrawn_in_two_processes_at_once_one_of_them_is_the_last(
    service: Service, settings: Settings, owner: asyncpg.Connection
) -> None:
    async with open_service(settings) as other:
        lin = await service.citizen()
        await asyncio.gather(
            *(
                process.consent(lin, "werun", granted=granted)
                for _ in range(10)
                for process, granted in ((service, True), (other, False))
            )
        )
        rows = await owner.fetch("SELECT revision, is_granted FROM consents ORDER BY revision")
        assert [row["revision"] for row in rows] == list(range(1, len(rows) + 1))
        assert all(one["is_granted"] != next_["is_granted"] for one, next_ in pairwise(rows))
        holds = rows[-1]["is_granted"]
        for process in (service, other):
            status, _ = await walked(process, lin, 1000 if process is service else 2000)
            assert (status == 201) == holds


async def test_a_withdrawal_amid_steps_lets_nothing_in_after_it(
    service: Service, owner: asyncpg.Connection
) -> None:
    """Whatever was booked was booked before the withdrawal was answered."""
    lin = await service.citizen()
    await service.consent(lin, "werun")

    is_withdrawn = asyncio.Event()

    async def walk_on() -> list[tuple[int, str | None]]:
        answers = [await walked(service, lin, 100)]
        while not is_withdrawn.is_set():
            answers.append(await walked(service, lin, 100 * (len(answers) + 1)))
        return [*answers, await walked(service, lin, 100 * (len(answers) + 1))]

    async def withdraw() -> int:
        await asyncio.sleep(0.1)
        await service.consent(lin, "werun", granted=False)
        is_withdrawn.set()
        return int(await owner.fetchval("SELECT count(*) FROM actions"))

    answers, booked = await asyncio.gather(walk_on(), withdraw())
    assert set(answers) <= {
        (201, None),
        (409, "consent_needed"),
        (409, "watermark_replayed"),
    }
    assert answers[-1] == (409, "consent_needed")
    assert await owner.fetchval("SELECT count(*) FROM actions") == booked


async def test_steps_that_wait_for_a_person_end(service: Service) -> None:
    others = await service.citizens(6)
    lin = await service.citizen()
    for each in (*others, lin):
        day = await walk(service, each, 4000, "one-device")
    assert day["state"] == "pending"
    await service.consent(lin, "werun", granted=False)
    (review,) = await Review.filter(citizen_id=await id_of(service, lin))
    assert (review.state, review.booked_at) == ("rejected", None)
    mine = (await service.client.get("/v1/me/reviews", headers=lin)).json()["items"]
    assert [each["state"] for each in mine] == ["rejected"]
    # Those of others wait on.
    assert await Review.filter(state="pending").count() >= 1


async def test_a_message_that_is_queued_already_is_not_sent_and_the_notice_stays(
    service: Service, owner: asyncpg.Connection
) -> None:
    lin = await service.citizen()
    lin_id = await id_of(service, lin)
    await service.consent(lin, "subscribe")
    body = {"template": "points_expiring", "result": "accept"}
    assert (await service.post("/v1/me/subscriptions", body, lin)).status_code == 200
    await owner.execute(
        "INSERT INTO identities (provider, subject, citizen_id) VALUES ('wechat', 'o-lin', $1)", lin_id
    )
    await create_notice(lin_id, "points_expiring", "k", FACTS)
    row = await owner.fetchrow("SELECT * FROM outbox WHERE citizen_id = $1", lin_id)
    task = Task(
        **{name: row[name] for name in Task.__struct_fields__} | {"body": msgspec.json.decode(row["body"])}
    )
    await service.consent(lin, "subscribe", granted=False)
    messages = Messages()
    policies = service.components.catalogue.policies
    carrier = NoticeCarrier(policies, messages, {"points_expiring": "tpl-1"})  # type: ignore[arg-type]
    settled = await carrier.carry(task)
    assert (settled.outcome, settled.note, messages.sent) == ("done", "inbox", 0)
    inbox = (await service.client.get("/v1/me/notices", headers=lin)).json()["items"]
    assert [each["kind"] for each in inbox] == ["points_expiring"]


class Messages:
    """Counts what would go out."""

    def __init__(self) -> None:
        self.sent = 0

    async def send_subscribe_message(self, *_: Any) -> Any:
        self.sent += 1


async def test_a_partner_that_reports_after_the_withdrawal_is_refused_item_by_item(service: Service) -> None:
    partner = await new_partner(service)
    lin, chen = await service.citizens(2)
    await partner.bind(lin, "card-1")
    await partner.bind(chen, "card-2")
    taken = ride("card-1", "before")
    assert [each["status"] for each in await partner.told(taken)] == ["posted"]
    assert not (await service.consent(lin, "partner_sources", granted=False))["is_granted"]
    told = await partner.told(taken, ride("card-1"), ride("card-2"))
    # What was credited before stays, and its repeat is answered as the first time.
    assert [(each["status"], each.get("code")) for each in told] == [
        ("posted", None),
        ("refused", "grant_withdrawn"),
        ("posted", None),
    ]
    grants = (await service.client.get("/v1/me/source-grants", headers=lin)).json()["items"]
    assert all(each["withdrawn_at"] for each in grants)
    # Without a partner there is nothing to agree to.
    again = await service.post("/v1/me/consents", {"scope": "partner_sources", "granted": True}, lin)
    assert (again.status_code, again.json()["code"]) == (409, "binding_needed")


async def test_reports_and_withdrawals_at_once_credit_nothing_after_the_word(
    service: Service, owner: asyncpg.Connection
) -> None:
    partner, lin = await new_partner(service), await service.citizen()
    await partner.bind(lin, "card-1")

    is_withdrawn = asyncio.Event()

    async def withdraw() -> int:
        await asyncio.sleep(0.05)
        await service.consent(lin, "partner_sources", granted=False)
        is_withdrawn.set()
        return int(await owner.fetchval("SELECT count(*) FROM actions"))

    async def report() -> list[str]:
        found = []
        is_last = False
        while not is_last:
            is_last = is_withdrawn.is_set()
            found += [each["status"] for each in await partner.told(*(ride() for _ in range(5)))]
        return found

    told, booked = await asyncio.gather(report(), withdraw())
    assert told[-1] == "refused"
    assert await owner.fetchval("SELECT count(*) FROM actions") == booked


async def test_an_aggregation_under_way_takes_nothing_of_who_withdrew(
    service: Service, owner: asyncpg.Connection
) -> None:
    lin = await service.citizen()
    lin_id = await id_of(service, lin)
    await take_rides(service.components.queue, lin_id, 4)
    await service.consent(lin, "aggregation")
    body = {"citizens": [str(lin_id)], "reason": "at once"}
    operator = await service.staff("operator")
    answer, _ = await asyncio.gather(
        service.post("/v1/aggregations", body, operator), service.consent(lin, "aggregation", granted=False)
    )
    claimed = await owner.fetchval("SELECT count(*) FROM claims")
    assert claimed == answer.json()["actions"]
    late = await service.post("/v1/aggregations", body, operator)
    assert (late.json()["citizens"], await owner.fetchval("SELECT count(*) FROM claims")) == (0, claimed)
