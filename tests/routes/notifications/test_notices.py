"""What a citizen is told, on every phone of theirs, and the accepts that WeChat's dialogue gave."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest

from backend.jobs.job import WorkerComponents
from backend.jobs.notifications.notice_delivery import deliver_notices
from backend.models import Notice, Subscription
from backend.services.notifications.notices import create_notice
from tests.routes.evidencing import decide, pending
from tests.service import Json, Service

FACTS = {"points": 1200, "expires_on": "2026-12-01"}


async def whoami(service: Service, citizen: dict[str, str]) -> UUID:
    return UUID((await service.client.get("/v1/me", headers=citizen)).json()["id"])


async def notices(service: Service, citizen: dict[str, str], **query: object) -> Json:
    answer = await service.client.get("/v1/me/notices", params=query, headers=citizen)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_notices_are_listed_newest_first_in_both_languages(service: Service) -> None:
    lin = await service.citizen()
    lin_id = await whoami(service, lin)
    await create_notice(lin_id, "points_expiring", "2026-12-01", FACTS)
    await create_notice(lin_id, "monthly_report", "2026-10", {"month": "2026-10"})
    page = await notices(service, lin)
    assert [item["kind"] for item in page["items"]] == ["monthly_report", "points_expiring"]
    assert (page["unread"], page["next_cursor"]) == (2, None)
    item = page["items"][1]
    assert item["text"] == {
        "zh-CN": "您有 1,200 积分将于 2026年12月1日 失效，请在此之前使用。",
        "en": "1,200 of your points run out on 2026-12-01. Use them before that day.",
    }
    assert (item["facts"], item["read_at"], item["delivery"]) == (FACTS, None, "inbox")


async def test_pages_follow_each_other_and_the_count_is_of_all(service: Service) -> None:
    lin = await service.citizen()
    lin_id = await whoami(service, lin)
    for number in range(5):
        await create_notice(lin_id, "monthly_report", f"2026-0{number + 1}", {"month": f"2026-0{number + 1}"})
    seen: list[str] = []
    cursor = None
    while True:
        page = await notices(service, lin, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["facts"]["month"] for item in page["items"]]
        assert page["unread"] == 5
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == ["2026-05", "2026-04", "2026-03", "2026-02", "2026-01"]


async def test_reading_is_kept_with_the_time_of_the_first(service: Service) -> None:
    lin = await service.citizen()
    await create_notice(await whoami(service, lin), "points_expiring", "k", FACTS)
    notice_id = (await notices(service, lin))["items"][0]["id"]
    first, *others = await asyncio.gather(
        *(service.post(f"/v1/me/notices/{notice_id}/reading", None, lin) for _ in range(10))
    )
    assert first.status_code == 200
    assert {answer.json()["read_at"] for answer in others} == {first.json()["read_at"]}
    page = await notices(service, lin)
    assert (page["unread"], page["items"][0]["read_at"]) == (0, first.json()["read_at"])


async def test_another_citizens_notice_is_none(service: Service) -> None:
    lin, chen = await service.citizen(), await service.citizen()
    await create_notice(await whoami(service, lin), "points_expiring", "k", FACTS)
    notice_id = (await notices(service, lin))["items"][0]["id"]
    for name in (notice_id, str(uuid4()), "nothing"):
        answer = await service.post(f"/v1/me/notices/{name}/reading", None, chen)
        assert (answer.status_code, answer.json()["code"]) == (404, "notice_not_found")
    assert (await notices(service, lin))["unread"] == 1
    assert (await notices(service, chen))["items"] == []
    # Nor does a cursor of theirs lead there.
    assert (await notices(service, chen, cursor=notice_id))["items"] == []


async def test_each_accept_counts_and_no_other_result_takes_one_away(service: Service) -> None:
    lin = await service.citizen()
    await service.consent(lin, "subscribe")
    for result, accepts in (
        ("reject", 0),
        ("accept", 1),
        ("accept", 2),
        ("ban", 2),
        ("filter", 2),
        ("reject", 2),
    ):
        body = {"template": "offset_done", "result": result}
        answer = await service.post("/v1/me/subscriptions", body, lin)
        assert (answer.status_code, answer.json()) == (200, {"template": "offset_done", "accepts": accepts})


async def test_accepts_at_one_moment_are_all_counted_and_bounded(service: Service) -> None:
    lin = await service.citizen()
    await service.consent(lin, "subscribe")
    body = {"template": "monthly_report", "result": "accept"}
    await asyncio.gather(*(service.post("/v1/me/subscriptions", body, lin) for _ in range(40)))
    assert (await service.post("/v1/me/subscriptions", body, lin)).json()["accepts"] == 41


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"template": "advertisement", "result": "accept"},
        {"template": "offset_done", "result": "maybe"},
        {"template": "offset_done", "result": "accept", "times": 9},
    ],
)
async def test_what_is_no_result_of_the_dialogue_is_refused(service: Service, body: Json) -> None:
    answer = await service.post("/v1/me/subscriptions", body, await service.citizen())
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")


async def test_copy_of_the_account_holds_notices_and_erasing_it_destroys_them(service: Service) -> None:
    lin = await service.citizen()
    lin_id = await whoami(service, lin)
    await service.consent(lin, "subscribe")
    await service.post("/v1/me/subscriptions", {"template": "points_expiring", "result": "accept"}, lin)
    await create_notice(lin_id, "points_expiring", "k", FACTS)
    copy = (await service.client.get("/v1/me/export", headers=lin)).json()
    assert [(each["kind"], each["facts"]) for each in copy["notices"]] == [("points_expiring", FACTS)]
    assert [(each["template"], each["accepts"]) for each in copy["subscriptions"]] == [("points_expiring", 1)]
    assert (await service.client.delete("/v1/me", headers=lin)).status_code == 200
    assert await Notice.filter(citizen_id=lin_id).count() == 0
    assert await Subscription.filter(citizen_id=lin_id).count() == 0
    # The message that waited finds nothing to send.
    assert await deliver_notices(_worker_parts(service)) == {"done": 1}


def _worker_parts(service: Service) -> WorkerComponents:
    components = service.components
    return WorkerComponents(
        settings=components.settings,
        catalogue=components.catalogue,
        database=components.database,
        redis=components.counts._redis,
        queue=components.queue,
        community=components.community,
        messages=None,
    )


@pytest.mark.parametrize(
    ("decision", "kind"), [("approve", "review_approved"), ("reject", "review_rejected")]
)
async def test_decision_about_an_action_is_told_to_its_citizen(
    service: Service, decision: str, kind: str
) -> None:
    lin, action = await pending(service)
    assert (await decide(service, action["id"], decision)).status_code == 200
    again = await decide(service, action["id"], decision)
    assert again.status_code == 409
    (item,) = (await notices(service, lin))["items"]
    assert item["kind"] == kind
    assert item["facts"]["day"] == action["day"]
