"""Articles and the daily quiz over HTTP, and the pages that show articles."""

from __future__ import annotations

import asyncio
from collections import Counter
from uuid import uuid4

import asyncpg
import httpx2 as httpx
import pytest

from backend.ledger.audit.ledger import audit_database
from tests.service import Json, Service

LETTERS = ("a", "b", "c", "d")


async def quiz_of(stage: Service, citizen: dict[str, str]) -> Json:
    answer = await stage.client.get("/v1/me/quiz", headers=citizen)
    assert answer.status_code == 200
    found: Json = answer.json()
    return found


def answers_to(stage: Service, quiz: Json, right: int = 3) -> Json:
    """A body with so many right answers, in another order than the one asked in."""
    bank = stage.components.editions.release.questions
    chosen = []
    for place, question in enumerate(quiz["questions"]):
        correct = bank[question["id"]].right
        wrong = next(letter for letter in LETTERS if letter != correct)
        chosen.append({"question": question["id"], "choice": correct if place < right else wrong})
    return {"answers": chosen[::-1]}


async def send(
    stage: Service, citizen: dict[str, str], body: object, key: str | None = None
) -> httpx.Response:
    return await stage.post("/v1/me/quiz", body, citizen | {"Idempotency-Key": key or uuid4().hex})


async def test_articles_are_listed_in_reading_order_and_read_in_both_languages(stage: Service) -> None:
    items = (await stage.client.get("/v1/articles")).json()["items"]
    assert [item["slug"] for item in items][:2] == ["what-a-reduction-is", "sichuan-grid"]
    for item in items:
        answer = await stage.client.get(f"/v1/articles/{item['slug']}")
        article = answer.json()
        assert {name: article[name] for name in item} == item
        assert [block["kind"] for block in article["body"]["zh-CN"]] == [
            block["kind"] for block in article["body"]["en"]
        ]
        assert article["sources"]
        for factor in article["factors"]:
            assert (await stage.client.get(f"/v1/factors/{factor}")).status_code == 200
        for method in article["methods"]:
            assert (await stage.client.get(f"/v1/methods/{method}")).status_code == 200


async def test_an_article_that_is_not_there_is_not_found(stage: Service) -> None:
    answer = await stage.client.get("/v1/articles/teleport")
    assert (answer.status_code, answer.json()["code"]) == (404, "article_not_found")


async def test_a_quiz_asks_three_things_and_keeps_the_answers_to_itself(stage: Service) -> None:
    citizen = await stage.citizen()
    quiz = await quiz_of(stage, citizen)
    assert quiz == await quiz_of(stage, citizen)
    assert len({question["id"] for question in quiz["questions"]}) == 3
    assert quiz["result"] is None
    bank = stage.components.editions.release.questions
    for question in quiz["questions"]:
        assert set(question) == {"id", "text", "choices", "article"}
        assert [choice["id"] for choice in question["choices"]] == list(LETTERS)
        assert bank[question["id"]].explanation["zh-CN"] not in str(quiz)


@pytest.mark.parametrize("right", [0, 1, 2, 3])
async def test_each_right_answer_brings_a_point_and_no_gram(stage: Service, right: int) -> None:
    citizen = await stage.citizen()
    quiz = await quiz_of(stage, citizen)
    answer = await send(stage, citizen, answers_to(stage, quiz, right))
    assert answer.status_code == 201
    done = answer.json()
    assert (done["right"], done["points"], done["balance"]) == (right, right, right)
    assert [mark["question"] for mark in done["marks"]] == [each["id"] for each in quiz["questions"]]
    assert sum(mark["is_right"] for mark in done["marks"]) == right
    for mark in done["marks"]:
        assert mark["is_right"] == (mark["choice"] == mark["right_choice"])
        assert mark["explanation"]["zh-CN"]
        assert mark["explanation"]["en"]
    summary = (await stage.client.get("/v1/me/summary", headers=citizen)).json()
    assert (summary["balance"], summary["actions"], summary["reduction_g"]) == (right, 0, 0)
    entries = (await stage.client.get("/v1/me/points/entries", headers=citizen)).json()["items"]
    assert [(entry["points"], entry["reason"]) for entry in entries] == ([(right, "quiz")] if right else [])
    exported = (await stage.client.get("/v1/me/export", headers=citizen)).json()["quizzes"]
    assert [(each["day"], each["right_count"]) for each in exported] == [(done["day"], right)]
    shown = await quiz_of(stage, citizen)
    assert shown["questions"] == quiz["questions"]
    assert shown["result"] == {name: done[name] for name in ("day", "marks", "right", "points")}


async def test_a_second_quiz_of_the_day_is_refused_and_a_repeat_gets_the_first_answer(
    stage: Service,
) -> None:
    citizen = await stage.citizen()
    quiz = await quiz_of(stage, citizen)
    first = await send(stage, citizen, answers_to(stage, quiz, 2), "first")
    again = await send(stage, citizen, answers_to(stage, quiz, 2), "first")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotency-replayed"] == "true"
    better = await send(stage, citizen, answers_to(stage, quiz, 3))
    assert (better.status_code, better.json()["code"]) == (409, "quiz_done")
    other = await send(stage, citizen, answers_to(stage, quiz, 3), "first")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert (await quiz_of(stage, citizen))["result"]["right"] == 2


async def test_many_quizzes_at_once_are_one(stage: Service, rows: asyncpg.Connection) -> None:
    citizen = await stage.citizen()
    quiz = await quiz_of(stage, citizen)
    answers = await asyncio.gather(
        *(send(stage, citizen, answers_to(stage, quiz, number % 4)) for number in range(40))
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 39}
    done = next(answer.json() for answer in answers if answer.status_code == 201)
    balance = (await stage.client.get("/v1/me/points", headers=citizen)).json()["balance"]
    assert balance == done["points"] == done["right"]
    me = (await stage.client.get("/v1/me", headers=citizen)).json()["id"]
    kept = await rows.fetch("SELECT * FROM quiz_answers WHERE citizen_id = $1", me)
    assert [(row["right_count"], row["points"]) for row in kept] == [(done["right"], done["points"])]


async def test_answers_to_other_questions_are_refused_and_the_day_stays_open(stage: Service) -> None:
    citizen = await stage.citizen()
    quiz = await quiz_of(stage, citizen)
    right = answers_to(stage, quiz)["answers"]
    foreign = next(
        each
        for each in stage.components.editions.release.questions
        if each not in {a["question"] for a in right}
    )
    for body in (
        right[:2],
        [*right, {"question": foreign, "choice": "a"}],
        [*right[:2], {"question": foreign, "choice": "a"}],
        [*right[:2], right[0]],
        [*right, right[0]],
        [*right[:2], {"question": "no-such-question", "choice": "a"}],
    ):
        answer = await send(stage, citizen, {"answers": body})
        assert (answer.status_code, answer.json()["code"]) == (409, "quiz_questions_differ")
    assert (await send(stage, citizen, {"answers": right})).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"answers": []},
        {"answers": [{"question": "steps-cap"}]},
        {"answers": [{"question": "steps-cap", "choice": "e"}]},
        {"answers": [{"question": "steps-cap", "choice": 0}]},
        {"answers": [{"question": "", "choice": "a"}]},
        {"answers": [{"question": "steps-cap", "choice": "a"}] * 11},
        {"answers": "a"},
    ],
    ids=range(8),
)
async def test_a_body_of_another_form_is_refused(stage: Service, body: Json) -> None:
    answer = await send(stage, await stage.citizen(), body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")


async def test_a_quiz_needs_a_key(stage: Service) -> None:
    citizen = await stage.citizen()
    quiz = await quiz_of(stage, citizen)
    answer = await stage.post("/v1/me/quiz", answers_to(stage, quiz), citizen)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


async def test_points_of_the_quiz_are_not_had_on_ones_own_word(
    stage: Service, rows: asyncpg.Connection
) -> None:
    citizen = await stage.citizen()
    for key in ("own-word", "own-word", "another"):
        answer = await stage.act(citizen, "learn", key=key, parameters={"kind": "quiz"})
        assert (answer.status_code, answer.json()["code"]) == (409, "earned_elsewhere")
        assert "/v1/me/quiz" in answer.json()["detail"]
    english = citizen | {"Accept-Language": "en", "Idempotency-Key": uuid4().hex}
    refused = await stage.post("/v1/actions", {"method": "learn", "parameters": {"kind": "quiz"}}, english)
    assert "/v1/me/quiz" in refused.json()["detail"]
    assert (await stage.client.get("/v1/me/points", headers=citizen)).json()["balance"] == 0
    # What else counts as learning is logged as before.
    assert (await stage.act(citizen, "learn")).json()["points"] == 2

    method = (await stage.client.get("/v1/methods/learn")).json()
    told = {choice["value"]: choice["address"] for choice in method["parameters"][0]["choices"]}
    assert told == {"learn": None, "quiz": "/v1/me/quiz", "sign_in": None, "photo": None}


async def test_points_of_a_quiz_stand_the_audit(service: Service, owner: asyncpg.Connection) -> None:
    citizen = await service.citizen()
    await send(service, citizen, answers_to(service, await quiz_of(service, citizen)))
    findings = await audit_database(service.components.database, service.settings)
    assert [finding.sentence for finding in findings if finding.is_broken] == []
    # An audit that looks away would pass as well.
    await owner.execute("UPDATE quiz_answers SET points = points - 1")
    findings = await audit_database(service.components.database, service.settings)
    assert [finding.promise for finding in findings if finding.is_broken] == ["points have a source"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_pages_show_every_article_with_its_sources(stage: Service, language: str) -> None:
    headers = {"Accept-Language": language}
    home = (await stage.client.get("/", headers=headers)).text
    assert 'href="/learn"' in home
    contents = (await stage.client.get("/learn", headers=headers)).text
    catalogue = stage.components.catalogue
    for article in stage.components.editions.release.articles.values():
        assert f'href="/learn/{article.slug}"' in contents
        page = await stage.client.get(f"/learn/{article.slug}", headers=headers)
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text
        escaped = article.title[language].replace("'", "&#39;")
        assert f"<h1>{escaped}</h1>" in page.text
        for source_id in article.source_ids:
            assert catalogue.sources[source_id].found_at in page.text
        for factor_id in article.factor_ids:
            assert f'href="/v1/factors/{factor_id}"' in page.text


async def test_a_page_of_no_article_says_so(stage: Service) -> None:
    # A client of its own: the watched one wants a problem document of every refusal, and this is a page.
    transport = httpx.ASGITransport(app=stage.client._transport.app)  # type: ignore[attr-defined]
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as browser:
        page = await browser.get("/learn/<script>", headers={"Accept-Language": "en"})
        assert page.status_code == 404
        assert "<script>" not in page.text
        assert 'href="/learn"' in page.text
