"""Notices on their way to phones: one accept is one message, whatever breaks, against the local WeChat server."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from backend.jobs.job import WorkerComponents
from backend.jobs.notifications.notice_delivery import deliver_notices
from backend.messages.notifications.notice_kinds import NOTICE_KINDS
from backend.models import Citizen, Identity, Notice, Subscription, Task
from backend.models.keys import uuid7
from backend.services.notifications.notices import create_notice
from tests.consents import agreed
from tests.outside.wechat_server import WeChatServer

FACTS = {"points": 1200, "expires_on": "2026-12-01"}
KIND = "points_expiring"


async def a_citizen(openid: str | None = "o-lin", accepts: int = 1, language: str = "zh-CN") -> UUID:
    citizen = await Citizen.create(id=uuid7())
    if openid is not None:
        await Identity.create(provider="wechat", subject=openid, citizen_id=citizen.id)
    await Subscription.create(citizen_id=citizen.id, template=KIND, accepts=accepts, language=language)
    await agreed(citizen.id, "subscribe")
    return citizen.id


async def delivery_of(citizen_id: UUID, key: str = "k") -> str:
    return (await Notice.get(citizen_id=citizen_id, topic_key=key)).delivery


async def accepts_of(citizen_id: UUID) -> int:
    return (await Subscription.get(citizen_id=citizen_id, template=KIND)).accepts


async def task_of(citizen_id: UUID) -> Task:
    return await Task.get(citizen_id=citizen_id)


async def make_due() -> None:
    await Task.filter(done_at=None).update(not_before=datetime.now(UTC) - timedelta(seconds=1))


@pytest.mark.parametrize(
    ("language", "values"),
    [
        ("zh-CN", {"number1": "1200", "date2": "2026年12月1日", "thing3": "先获得的积分先使用"}),
        ("en", {"number1": "1200", "date2": "2026年12月1日", "thing3": "Oldest points first"}),
    ],
)
async def test_notice_reaches_the_phone_in_its_readers_language_and_uses_one_accept(
    sending: WorkerComponents, server: WeChatServer, language: str, values: dict[str, str]
) -> None:
    server.accept("o-lin", "tpl-1", 2)
    citizen_id = await a_citizen(accepts=2, language=language)
    await create_notice(citizen_id, KIND, "k", FACTS)
    assert await delivery_of(citizen_id) == "waiting"
    assert await deliver_notices(sending) == {"done": 1}
    assert [message.values for message in server.messages] == [values]
    assert (await delivery_of(citizen_id), await accepts_of(citizen_id)) == ("sent", 1)
    assert await deliver_notices(sending) == {}


async def test_two_notices_and_one_accept_send_one_message(
    sending: WorkerComponents, server: WeChatServer
) -> None:
    server.accept("o-lin", "tpl-1", 5)
    citizen_id = await a_citizen(accepts=1)
    for key in ("a", "b"):
        await create_notice(citizen_id, KIND, key, FACTS)
    assert await deliver_notices(sending) == {"done": 2}
    assert len(server.messages) == 1
    assert {await delivery_of(citizen_id, key) for key in ("a", "b")} == {"sent", "inbox"}
    assert await accepts_of(citizen_id) == 0


async def test_refusing_user_loses_every_accept_and_is_not_asked_again(
    sending: WorkerComponents, server: WeChatServer
) -> None:
    citizen_id = await a_citizen(accepts=3)  # none of them at WeChat
    await create_notice(citizen_id, KIND, "k", FACTS)
    assert await deliver_notices(sending) == {"done": 1}
    assert (await delivery_of(citizen_id), await accepts_of(citizen_id)) == ("refused", 0)
    await make_due()
    assert await deliver_notices(sending) == {}
    assert len([each for each in server.asked if "send" in each.path]) == 1
    await create_notice(citizen_id, KIND, "next", FACTS)
    assert await delivery_of(citizen_id, "next") == "inbox"


@pytest.mark.parametrize("errcode", [40003, 40037, 47003, 41030])
async def test_what_can_never_be_sent_is_a_dead_letter_and_the_accept_is_given_back(
    sending: WorkerComponents, server: WeChatServer, errcode: int
) -> None:
    citizen_id = await a_citizen()
    await create_notice(citizen_id, KIND, "k", FACTS)
    server.fail_with(errcode)
    assert await deliver_notices(sending) == {"dead": 1}
    task = await task_of(citizen_id)
    assert task.failed_at is not None
    assert str(errcode) in (task.last_error or "")
    assert (await delivery_of(citizen_id), await accepts_of(citizen_id)) == ("failed", 1)


@pytest.mark.parametrize("failure", ["busy", "quota", "html", "slow"])
async def test_what_may_go_well_later_is_sent_later_and_uses_one_accept(
    sending: WorkerComponents, server: WeChatServer, failure: str
) -> None:
    server.accept("o-lin", "tpl-1")
    citizen_id = await a_citizen()
    await create_notice(citizen_id, KIND, "k", FACTS)
    {
        "busy": lambda: server.fail_with(-1),
        "quota": lambda: server.fail_with(45009),
        "html": lambda: server.answer_with(b"<html>", status=502),
        "slow": lambda: server.fail_tokens_with(-1),
    }[failure]()
    assert await deliver_notices(sending) == {"again": 1}
    assert (await delivery_of(citizen_id)) in ("sending", "waiting")
    assert await deliver_notices(sending) == {}
    await make_due()
    assert await deliver_notices(sending) == {"done": 1}
    assert len(server.messages) == 1
    assert (await delivery_of(citizen_id), await accepts_of(citizen_id)) == ("sent", 0)


async def test_message_whose_answer_was_lost_reaches_the_phone_once(
    sending: WorkerComponents, server: WeChatServer
) -> None:
    """WeChat counts accepts itself: the second attempt is refused, and the citizen has one message."""
    server.accept("o-lin", "tpl-1")
    server.lose_answers()
    citizen_id = await a_citizen()
    await create_notice(citizen_id, KIND, "k", FACTS)
    assert await deliver_notices(sending) == {"again": 1}
    await make_due()
    assert await deliver_notices(sending) == {"done": 1}
    assert len(server.messages) == 1
    assert await accepts_of(citizen_id) == 0


@pytest.mark.parametrize("missing", ["openid", "template", "wechat"])
async def test_citizen_whom_wechat_cannot_reach_finds_it_in_the_list(
    sending: WorkerComponents, server: WeChatServer, missing: str
) -> None:
    citizen_id = await a_citizen(openid=None if missing == "openid" else "o-lin")
    await create_notice(citizen_id, KIND, "k", FACTS)
    components = sending
    if missing != "openid":
        changes = {"wechat_templates": ""} if missing == "template" else {}
        components = _without(sending, with_wechat=missing == "template", **changes)
    assert await deliver_notices(components) == {"done": 1}
    assert (await delivery_of(citizen_id), await accepts_of(citizen_id)) == ("inbox", 1)
    assert server.messages == []


def _without(components: WorkerComponents, *, with_wechat: bool, **changes: str) -> WorkerComponents:
    return replace(
        components,
        settings=replace(components.settings, **changes),
        messages=components.messages if with_wechat else None,
    )


async def test_value_that_cannot_be_cut_is_a_dead_letter_that_says_so(
    sending: WorkerComponents, server: WeChatServer
) -> None:
    citizen_id = await a_citizen()
    await create_notice(citizen_id, KIND, "k", FACTS | {"expires_on": "soon"})
    assert await deliver_notices(sending) == {"dead": 1}
    assert "'soon' is no date" in ((await task_of(citizen_id)).last_error or "")
    assert await accepts_of(citizen_id) == 1


async def test_many_are_sent_by_two_workers_each_once(
    sending: WorkerComponents, server: WeChatServer
) -> None:
    for number in range(150):
        server.accept(f"o-{number}", "tpl-1")
        await create_notice(await a_citizen(openid=f"o-{number}"), KIND, "k", FACTS)
    results = await asyncio.gather(deliver_notices(sending), deliver_notices(sending))
    assert sum(result.get("done", 0) for result in results) == 150
    assert len(server.messages) == len({message.openid for message in server.messages}) == 150
    assert server.tokens_asked == 1


SAMPLE = {
    "points": 1_234_567,
    "attendances": 1_234,
    "expires_on": "2026-12-01",
    "day": "2026-11-01",
    "month": "2026-10",
    "method": {
        "zh-CN": "乘坐公共汽车或电车代替驾驶私家车出行的低碳行为",
        "en": "Taking the bus instead of a car",
    },
    "reason": "照片中看不到自行车，也看不到骑行的路线和时间，请重新拍摄",
    "event": {"zh-CN": "成都世界运动会暨天府绿色嘉年华主题活动", "en": "The World Games and Carnival"},
    "grams": 123_456,
    "contribution_g": 23_456,
    "number": "TF-2026-0000-1234-5678",
    "reward": {"zh-CN": "咖啡", "en": "Coffee"},
    "medal": {"zh-CN": "骑行", "en": "Rider"},
    "state": {"zh-CN": "维持原决定", "en": "not upheld"},
    "answer": "照片与登记的骑行路线不符，已由另一位审核人复核，维持原决定",
    "way": {"zh-CN": "城市统一身份认证（天府市民云）", "en": "The city's identity (Tianfu Citizen Cloud)"},
}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("kind", sorted(NOTICE_KINDS))
def test_a_notice_of_every_kind_is_rendered_and_fits_with_long_facts(kind: str, language: str) -> None:
    text = NOTICE_KINDS[kind]
    assert text.needed <= SAMPLE.keys()
    title, said = text.rendered(SAMPLE)
    assert title.zh != title.en
    assert "{" not in said.zh + said.en
    values = text.values(SAMPLE, language)
    assert (values != {}) == (text.template is not None) == (text.page != "")
