"""Operators write articles and quiz questions: drafts, previews, two persons, and nothing of today changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import msgspec
import pytest

from backend.domain.community.knowledge import questions_of_day
from backend.domain.days import day_of
from backend.models import ContentVersion, StaffAction
from backend.services.community.editions import Editions
from backend.settings import Settings
from tests.routes.contract import watch
from tests.service import Json, Service, open_service

TODAY = day_of(datetime.now(UTC))
TOMORROW = TODAY + timedelta(days=1)
ARTICLES, QUESTIONS = "/v1/content/articles", "/v1/content/questions"


def article(**changes: Any) -> Json:
    return {
        "title": {"zh-CN": "坐地铁省多少", "en": "What the metro saves"},
        "summary": {"zh-CN": "一公里一公里地算。", "en": "Reckoned kilometre by kilometre."},
        "position": 77,
        "body": {
            "zh-CN": "坐地铁每公里排放很少。\n\n## 怎么算\n- 先看里程\n- 再乘 {clean-plate} 克",
            "en": "The metro emits little per km.\n\n## How\n- First the distance\n- then times {clean-plate} g",
        },
        "source_ids": ["product"],
        "method_codes": ["metro"],
        "reason": "asked for by readers",
    } | changes


def question(**changes: Any) -> Json:
    return {
        "article": "clean-plate",
        "text": {"zh-CN": "一次光盘记多少克？", "en": "How many grams is a clean plate?"},
        "choices": [{"zh-CN": f"{n} 克", "en": f"{n} g"} for n in (1, 2, 3, 4)],
        "right": "b",
        "explanation": {"zh-CN": "取各方案中最低的数。", "en": "The lowest of the schemes is used."},
        "source_ids": ["product"],
        "reason": "clearer",
    } | changes


async def write(
    service: Service, path: str, body: Json, version: int | None = None, who: str = "operator"
) -> httpx.Response:
    headers = await service.staff("operator", who)
    if version is not None:
        headers |= {"If-Match": f'"{version}"'}
    return await service.post(f"{path}/versions", body, headers)


async def propose(
    service: Service, view: Json, day: object = TOMORROW, who: str = "operator"
) -> httpx.Response:
    path = f"/v1/content-versions/{view['versions'][0]['id']}/proposal"
    body = {"effective_from": str(day), "reason": "ready"}
    return await service.post(path, body, await service.staff("operator", who))


async def decide(
    service: Service, view: Json, decision: str = "published", who: str = "second"
) -> httpx.Response:
    path = f"/v1/content-versions/{view['versions'][0]['id']}/decision"
    return await service.post(
        path, {"decision": decision, "reason": "read it"}, await service.staff("operator", who)
    )


async def published(service: Service, path: str, body: Json, day: object, version: int | None = None) -> Json:
    written = await write(service, path, body, version)
    assert written.status_code == 201, written.text
    for step in (await propose(service, written.json(), day), await decide(service, written.json())):
        assert step.status_code == 200, step.text
    found: Json = step.json()
    return found


async def test_an_article_is_written_previewed_proposed_and_published(service: Service) -> None:
    written = await write(service, f"{ARTICLES}/metro-km", article())
    assert written.status_code == 201, written.text
    view = written.json()
    assert (view["state"], view["in_force"], written.headers["etag"]) == ("draft", None, '"1"')
    preview = f"/v1/content-versions/{view['versions'][0]['id']}/preview?language=en"
    shown = (await service.client.get(preview, headers=await service.staff("regulator"))).json()["html"]
    assert "<h1>What the metro saves</h1>" in shown
    assert "<li>then times 144 g</li>" in shown
    assert (await service.client.get("/v1/articles/metro-km")).status_code == 404
    assert (await propose(service, view, TODAY)).json()["state"] == "proposed"
    assert (await decide(service, view)).json()["in_force"] == 1
    page = await service.client.get("/learn/metro-km", headers={"Accept-Language": "zh-CN"})
    assert "坐地铁省多少" in page.text
    assert "metro-km" in (await service.client.get("/learn")).text
    acts = (
        await StaffAction.filter(subject="article metro-km").order_by("id").values_list("action", flat=True)
    )
    assert list(acts) == ["content.write", "content.propose", "content.publish"]


async def test_a_version_replaces_the_releases_article_from_its_day_on_everywhere(service: Service) -> None:
    path = f"{ARTICLES}/clean-plate"
    operator = await service.staff("operator")
    body = (await service.client.get("/v1/content/articles/clean-plate", headers=operator)).json()["body"]
    changed = body | {"title": {"zh-CN": "新的标题", "en": "A new title"}, "reason": "better"}
    assert (await write(service, path, changed)).json()["code"] == "edit_revision_missing"
    components = service.components
    other = Editions(components.database, components.catalogue, components.editions.release)
    await other.on(TOMORROW)
    await published(service, path, changed, TOMORROW, version=0)
    await other.load()
    for editions in (components.editions, other):
        assert (await editions.on(TODAY)).articles["clean-plate"].title["en"] != "A new title"
        assert (await editions.on(TOMORROW)).articles["clean-plate"].title["en"] == "A new title"
    withdrawal = await service.post(
        f"{path}/withdrawal",
        {"effective_from": str(TOMORROW), "reason": "gone"},
        operator | {"If-Match": '"1"'},
    )
    assert withdrawal.json()["errors"][0]["code"] == "not_known", "questions ask about it"


async def test_two_writers_of_one_article_do_not_overwrite_each_other(service: Service) -> None:
    path = f"{ARTICLES}/metro-km"
    assert (await write(service, path, article())).status_code == 201
    assert (await write(service, path, article(position=78), 1)).status_code == 201
    late = await write(service, path, article(position=79), 1)
    assert (late.status_code, late.json()["code"]) == (412, "edit_outdated")
    first = await ContentVersion.get(slug="metro-km", version=1)
    old = await propose(service, {"versions": [{"id": str(first.id)}]})
    assert old.json()["code"] == "content_decided"


async def test_while_a_version_waits_no_other_is_written_and_a_returned_one_is_not_published(
    service: Service,
) -> None:
    path = f"{ARTICLES}/metro-km"
    view = (await write(service, path, article())).json()
    await propose(service, view)
    assert (await write(service, path, article(), 1)).json()["code"] == "content_waits"
    assert (await decide(service, view, "returned")).json()["state"] == "returned"
    assert (await decide(service, view)).json()["code"] == "content_decided"
    assert (await write(service, path, article(), 1)).status_code == 201


async def test_outside_the_demo_who_wrote_or_proposed_does_not_publish(settings: Settings) -> None:
    async with open_service(replace(settings, environment="test")) as running:
        service = watch(running)
        view = (await write(service, f"{ARTICLES}/metro-km", article(), who="author")).json()
        await propose(service, view, who="proposer")
        for who in ("author", "proposer"):
            assert (await decide(service, view, who=who)).json()["code"] == "content_own_proposal"
        assert (await decide(service, view, who="third")).json()["state"] == "published"


async def test_a_question_of_tomorrow_changes_nothing_today(service: Service) -> None:
    citizen = await service.citizen()
    before = (await service.client.get("/v1/me/quiz", headers=citizen)).json()
    asked = before["questions"][0]["id"]
    path = f"{QUESTIONS}/{asked}"
    too_early = await write(service, path, question(), 0)
    assert (await propose(service, too_early.json(), TODAY)).json()["code"] == "content_too_early"
    assert (await propose(service, too_early.json())).status_code == 200
    assert (await decide(service, too_early.json())).json()["in_force"] == 0
    assert (await service.client.get("/v1/me/quiz", headers=citizen)).json() == before
    bank = (await service.components.editions.on(TOMORROW)).questions
    assert asked not in bank
    assert bank[f"{asked}@1"].right == "b"
    answers = [{"question": each["id"], "choice": "a"} for each in before["questions"]]
    done = await service.post("/v1/me/quiz", {"answers": answers}, citizen | {"Idempotency-Key": uuid4().hex})
    assert done.status_code == 201, done.text
    told = (await service.client.get("/v1/me/quiz", headers=citizen)).json()
    assert {each["question"] for each in told["result"]["marks"]} == {
        each["id"] for each in before["questions"]
    }


async def test_what_was_asked_is_told_though_it_was_replaced_since(service: Service) -> None:
    await published(service, f"{QUESTIONS}/plate-grams", question(), TOMORROW)
    await published(service, f"{QUESTIONS}/plate-grams", question(right="c"), TOMORROW, version=1)
    knowledge = await service.components.editions.on(TOMORROW)
    assert "plate-grams@1" not in knowledge.questions
    first, second = knowledge.question("plate-grams@1"), knowledge.question("plate-grams@2")
    assert [each.right for each in (first, second) if each is not None] == ["b", "c"]
    citizen_id = uuid4()
    chosen = questions_of_day(tuple(knowledge.questions), citizen_id, TOMORROW)
    assert chosen == questions_of_day(tuple(knowledge.questions), citizen_id, TOMORROW)


BAD: dict[str, tuple[str, Json, str]] = {
    "a script": (ARTICLES, article(summary={"zh-CN": "好<script>", "en": "fine"}), "markup"),
    "an entity": (ARTICLES, article(title={"zh-CN": "甲", "en": "fish &lt;chips"}), "markup"),
    "swapped languages": (
        ARTICLES,
        article(title={"zh-CN": "What the metro saves", "en": "坐地铁省多少"}),
        "not_this_language",
    ),
    "one language twice": (
        ARTICLES,
        article(body={"zh-CN": "只有中文。", "en": "只有中文。"}),
        "not_this_language",
    ),
    "a part left out": (ARTICLES, article(body={"zh-CN": "一段。\n\n又一段。", "en": "One."}), "other_parts"),
    "a hidden sign": (ARTICLES, article(body={"zh-CN": "好\u202e坏", "en": "good"}), "unseen_sign"),
    "no such source": (ARTICLES, article(source_ids=["nobody"]), "not_known"),
    "no such method": (ARTICLES, article(method_codes=["fly"]), "not_known"),
    "no such factor": (ARTICLES, article(body={"zh-CN": "有 {nothing}", "en": "has {nothing}"}), "not_known"),
    "two choices alike": (
        QUESTIONS,
        question(choices=[{"zh-CN": "一样", "en": "same"}] * 2 + question()["choices"][:2]),
        "twice",
    ),
    "a Chinese choice for English readers": (
        QUESTIONS,
        question(choices=[{"zh-CN": "甲", "en": "甲"}, *question()["choices"][:3]]),
        "not_this_language",
    ),
}


@pytest.mark.parametrize("bad", BAD)
async def test_what_must_not_be_published_is_refused_when_it_is_written(stage: Service, bad: str) -> None:
    path, body, code = BAD[bad]
    answer = await write(stage, f"{path}/some-name", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "content_invalid"), answer.text
    assert answer.json()["errors"][0]["code"] == code


@pytest.mark.parametrize("right", [None, "e", "", ["a"]])
async def test_a_question_has_one_right_answer_of_its_four(stage: Service, right: object) -> None:
    answer = await write(stage, f"{QUESTIONS}/some-name", question(right=right))
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
    three = await write(stage, f"{QUESTIONS}/some-name", question(choices=question()["choices"][:3]))
    assert three.status_code == 422


@pytest.mark.parametrize("slug", ["UPPER", "a--b", "-a", "a" * 51])
async def test_a_slug_is_of_small_letters(stage: Service, slug: str) -> None:
    answer = await write(stage, f"{ARTICLES}/{slug}", article())
    assert answer.json()["errors"][0]["code"] == "form"


async def test_two_articles_have_not_one_place_and_a_question_needs_its_article(service: Service) -> None:
    view = (await write(service, f"{ARTICLES}/metro-km", article(position=5))).json()
    assert (await propose(service, view)).json()["errors"][0]["code"] == "twice"
    asks = (await write(service, f"{QUESTIONS}/of-nothing", question(article="metro-km"))).json()
    refused = await propose(service, asks)
    assert (refused.json()["errors"][0]["code"], refused.json()["errors"][0]["pointer"]) == (
        "not_known",
        "/article",
    )


async def test_a_conflict_that_a_release_brought_does_not_stop_the_desk(service: Service) -> None:
    await published(service, f"{ARTICLES}/metro-km", article(), TODAY)
    editions = service.components.editions
    moved = msgspec.structs.replace(editions.release.articles["steps"], position=77)
    editions.release = msgspec.structs.replace(
        editions.release, articles=editions.release.articles | {"steps": moved}
    )
    view = (await write(service, f"{ARTICLES}/bus-km", article(position=78))).json()
    assert (await propose(service, view)).status_code == 200


async def test_the_quiz_keeps_enough_questions_and_a_broken_version_takes_no_page_down(
    service: Service,
) -> None:
    operator = await service.staff("operator")
    codes = set()
    for slug in service.components.editions.release.questions:
        body = {"effective_from": str(TOMORROW), "reason": "old"}
        answer = await service.post(f"{QUESTIONS}/{slug}/withdrawal", body, operator | {"If-Match": '"0"'})
        codes.add(answer.status_code)
        if answer.status_code == 201:
            await decide(service, answer.json())
    assert codes == {201, 422}
    assert len((await service.components.editions.on(TOMORROW)).questions) == 3
    view = await published(service, f"{ARTICLES}/metro-km", article(), TODAY)
    row = await ContentVersion.get(id=view["versions"][0]["id"])
    await ContentVersion.create(
        kind="article", slug="broken", version=1, body={"position": "x"}, reason="x", written_by=row.written_by,
        state="published", effective_from=TODAY, proposed_by=row.written_by, proposed_at=datetime.now(UTC),
        decided_by=row.written_by, decided_at=datetime.now(UTC), decision_reason="x",
    )  # fmt: skip
    await service.components.editions.load()
    assert (await service.client.get("/learn/metro-km")).status_code == 200
    assert (await service.client.get("/v1/articles/broken")).status_code == 404


async def test_the_list_is_searched_and_paged(service: Service) -> None:
    headers = await service.staff("operator")
    found: list[str] = []
    path = "/v1/content?kind=article&limit=4"
    cursor = None
    while True:
        page = (
            await service.client.get(path + (f"&cursor={cursor}" if cursor else ""), headers=headers)
        ).json()
        found += [each["slug"] for each in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert found == sorted(service.components.editions.release.articles)
    searched = (await service.client.get("/v1/content?query=PLATE%20clean", headers=headers)).json()["items"]
    assert "clean-plate" in {each["slug"] for each in searched}
    assert (await service.client.get("/v1/content/poems/x", headers=headers)).json()[
        "code"
    ] == "content_not_found"
