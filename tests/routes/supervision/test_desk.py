"""The regulator's desk: events, subjects and alerts within a remit; remits given and ended; inspections."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg

from backend.catalogue.supervision import load_alert_rules
from backend.models.keys import uuid7
from tests.plan.test_row_40_each_agency_watches_its_own_events import remit
from tests.service import Json, Service

A_DAY = timedelta(days=1)


async def get(service: Service, path: str, headers: dict[str, str]) -> Json:
    answer = await service.client.get(path, headers=headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def alerts(service: Service, headers: dict[str, str], query: str = "") -> list[tuple[str, str]]:
    found = await get(service, f"/v1/supervision/alerts?limit=100{query}", headers)
    return [(each["kind"], each["subject"]) for each in found["items"]]


async def ended(owner: asyncpg.Connection, slug: str, days: int, state: str = "running") -> None:
    at = datetime.now(UTC) - timedelta(days=days)
    await owner.execute(
        "UPDATE events SET starts_at = $2, ends_at = $3, state = $4 WHERE slug = $1",
        *(slug, at - A_DAY, at, state),
    )


async def test_each_rule_raises_its_alert_once_it_is_broken_and_none_before(
    service: Service, owner: asyncpg.Connection
) -> None:
    regulator = await service.staff("regulator")
    for slug in ("late", "soon", "paused", "low", "filed"):
        await service.event(slug, state="draft" if slug == "filed" else "running")
    await service.pool("low", 1000)
    await service.pool("paused", 1000)
    assert await alerts(service, regulator) == []
    rules = load_alert_rules()
    await ended(owner, "soon", rules["accounting_late"].limit - 1)
    await ended(owner, "late", rules["accounting_late"].limit + 1)
    paused = await service.post(
        "/v1/events/paused/pool-pause", {"is_paused": True, "reason": "test"}, await service.staff("operator")
    )
    assert paused.status_code == 200
    await owner.execute("ALTER TABLE pools DISABLE TRIGGER USER")
    low = await owner.fetchval("SELECT id FROM events WHERE slug = 'low'")
    await owner.execute("UPDATE pools SET next_serial = serial_to - 99 WHERE event_id = $1", low)
    await owner.execute(
        "UPDATE events SET state = 'submitted', created_at = now() - interval '16 days' WHERE slug = 'filed'"
    )
    await owner.execute("UPDATE event_steps SET at = now() - interval '16 days'")
    found = await alerts(service, regulator)
    assert sorted(found) == [
        ("accounting_late", "late"),
        ("decision_late", "filed"),
        ("pool_low", "low"),
        ("pool_paused", "paused"),
    ]
    for state, kind in (("accounting", "offset_late"), ("offset", "evaluation_late")):
        await ended(owner, "late", rules[kind].limit - 1, state)
        assert (kind, "late") not in await alerts(service, regulator)
        await ended(owner, "late", rules[kind].limit + 1, state)
        assert (kind, "late") in await alerts(service, regulator)
    assert await alerts(service, regulator, "&kind=pool_low") == [("pool_low", "low")]
    assert await alerts(service, regulator, "&event=late") == [("evaluation_late", "late")]


async def test_what_was_not_retired_within_a_year_raises_an_alert(
    service: Service, owner: asyncpg.Connection
) -> None:
    regulator = await service.staff("regulator")
    for slug in ("on-time", "too-late", "nothing"):
        await service.event(slug)
        [badge] = await service.badges(1, slug)
        assert (await service.scan(badge["code"], await service.citizen())).status_code == 201
    in_time = await service.batch(1)
    after_it = await service.batch(1)
    await service.pool("on-time", batch=in_time)
    await service.pool("too-late", batch=after_it)
    for slug in ("on-time", "too-late", "nothing"):
        await ended(owner, slug, 370, "closed")
    # They ended 370 days ago, so the year was over five days ago.
    today = datetime.now(UTC).date()

    async def late() -> set[str]:
        return {slug for kind, slug in await alerts(service, regulator) if kind == "retirement_late"}

    await owner.execute("UPDATE credit_batches SET retired_on = $1", today - timedelta(days=3))
    assert await late() == {"on-time", "too-late", "nothing"}
    retired_on = today - timedelta(days=30)
    await owner.execute("UPDATE credit_batches SET retired_on = $1 WHERE id = $2", retired_on, in_time["id"])
    assert await late() == {"too-late", "nothing"}


async def test_an_alert_is_acknowledged_with_a_note_until_it_begins_anew(
    service: Service, owner: asyncpg.Connection
) -> None:
    await service.event("late", kind="competition")
    await ended(owner, "late", 30)
    sport, culture = (
        await remit(service, "sports-bureau", agency="sport"),
        await remit(service, "culture", agency="culture_tourism"),
    )
    body = {"kind": "accounting_late", "subject": "late", "note": "organiser was called"}
    path = "/v1/supervision/alerts/acknowledgements"
    foreign = await service.post(path, body, culture)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "alert_not_found")
    noted = await service.post(path, body, sport)
    assert (noted.json()["note"], noted.json()["acknowledged_by"]) == (
        "organiser was called",
        "sports-bureau",
    )
    counts = {each["kind"]: each for each in (await get(service, "/v1/supervision", sport))["alerts"]}
    assert (counts["accounting_late"]["alerts"], counts["accounting_late"]["unacknowledged"]) == (1, 0)
    await ended(owner, "late", 31)
    (alert,) = (await get(service, "/v1/supervision/alerts", sport))["items"]
    assert (alert["note"], alert["event"]) == (None, "late")
    resolved = await service.post(path, body | {"subject": "nothing"}, sport)
    assert (resolved.status_code, resolved.json()["code"]) == (404, "alert_not_found")


async def test_overdue_complaints_are_the_provinces_unless_they_are_about_an_event_of_the_remit(
    service: Service, owner: asyncpg.Connection
) -> None:
    await service.event("race", kind="competition")
    await service.pool("race")
    [badge] = await service.badges(1, "race")
    joined = await service.scan(badge["code"], await service.citizen(), offset={"share": 100})
    number = joined.json()["certificate"]["number"]
    for _ in range(2):
        told = await service.post(
            "/v1/complaints", {"about": "certificate", "subject": number, "text": f"wrong {uuid4()}"}
        )
        assert told.status_code == 201, told.text
    province = await service.staff("regulator", "province")
    assert await alerts(service, province) == []
    await owner.execute("UPDATE complaints SET due_on = current_date - 3")
    sport = await remit(service, "sports-bureau", agency="sport")
    culture = await remit(service, "culture", agency="culture_tourism")
    for headers, seen in ((province, 2), (sport, 2), (culture, 0)):
        answer = await service.client.get("/v1/supervision/alerts", headers=headers)
        assert len(answer.json()["items"]) == seen
        assert number not in answer.text
        assert "wrong" not in answer.text


async def test_the_overview_counts_events_of_the_remit_by_state(service: Service) -> None:
    await service.event("race", state="draft", kind="competition")
    await service.event("show", kind="exhibition")
    sport = await remit(service, "sports-bureau", agency="sport")
    seen = await get(service, "/v1/supervision", sport)
    assert (seen["is_province"], seen["remits"]) == (False, [{"agency": "sport", "city": None}])
    assert {each["state"]: each["events"] for each in seen["events"] if each["events"]} == {"draft": 1}
    whole = await get(service, "/v1/supervision", await service.staff("operator"))
    assert sum(each["events"] for each in whole["events"]) == 2


async def test_events_are_found_by_words_and_no_sign_of_a_pattern_finds_all(service: Service) -> None:
    await service.event("spring-run", name={"zh-CN": "春季长跑", "en": "Spring run 100%"})
    await service.event("fair")
    regulator = await service.staff("regulator")

    async def found(query: str) -> list[str]:
        page = await get(service, f"/v1/supervision/events?query={query}", regulator)
        return [each["slug"] for each in page["items"]]

    assert (
        await found("%E6%98%A5%E5%AD%A3") == await found("SPRING") == await found("100%25") == ["spring-run"]
    )
    assert await found("_") == await found("0%25%25") == []
    assert (await get(service, "/v1/supervision/events?state=draft", regulator))["items"] == []


async def test_an_event_that_was_filed_under_a_citys_english_name_lies_in_the_citys_remit(
    service: Service,
) -> None:
    await service.event("here", state="draft", city="Mianyang")
    await service.event("there", state="draft", city="绵阳")
    await service.event("elsewhere", state="draft", city="Chengdu")
    for number, name in enumerate(("绵阳市", "Mianyang")):
        headers = await remit(service, f"mianyang-{number}", city=name)
        for path in ("/v1/staff/events", "/v1/supervision/events"):
            found = await get(service, path, headers)
            assert {each["slug"] for each in found["items"]} == {"here", "there"}
        assert (await service.client.get("/v1/events/here/steps", headers=headers)).status_code == 200
        assert (await service.client.get("/v1/events/elsewhere/steps", headers=headers)).status_code == 404


async def test_the_last_remit_ends_only_with_the_word_that_the_province_is_meant(service: Service) -> None:
    await remit(service, "sports-bureau", agency="sport")
    operator = await service.staff("operator")
    [account] = (await get(service, "/v1/regulators", operator))["items"]
    path = f"/v1/regulators/{account['id']}/remits"
    again = await service.post(path, {"agency": "sport", "reason": "twice"}, operator)
    assert (again.status_code, again.json()["code"]) == (409, "remit_held")
    ending = f"{path}/{account['remits'][0]['id']}/ending"
    answer = await service.post(ending, {"reason": "moved"}, operator)
    assert (answer.status_code, answer.json()["code"]) == (409, "remit_of_the_province")
    ended = await service.post(ending, {"reason": "promoted", "becomes_province": True}, operator)
    assert (ended.json()["is_province"], ended.json()["remits"]) == (True, [])
    gone = await service.post(ending, {"reason": "again"}, operator)
    assert (gone.status_code, gone.json()["code"]) == (404, "remit_not_found")


async def test_a_remit_that_cannot_be_is_refused(service: Service) -> None:
    await remit(service, "sports-bureau", agency="sport")
    operator, organiser = await service.staff("operator"), await service.staff("organiser")
    [account] = (await get(service, "/v1/regulators", operator))["items"]
    organiser_id = service.components.tokens.read(organiser["Authorization"][7:]).id
    for id_, body, status, code in (
        (account["id"], {}, 422, "invalid_body"),
        (account["id"], {"agency": "police"}, 422, "invalid_body"),
        (account["id"], {"city": "亚特兰蒂斯"}, 422, "unknown_city"),
        (organiser_id, {"agency": "sport"}, 404, "regulator_not_found"),
        (uuid7(), {"agency": "sport"}, 404, "regulator_not_found"),
    ):
        answer = await service.post(f"/v1/regulators/{id_}/remits", {"reason": "r"} | body, operator)
        assert (answer.status_code, answer.json()["code"]) == (status, code), body


# -- inspections --------------------------------------------------------------------------------------


async def test_an_inspection_is_opened_added_to_and_closed_once(service: Service) -> None:
    await service.event("fair")
    await service.event("other")
    organiser, regulator = await service.staff("organiser"), await service.staff("regulator")
    document = await service.client.post(
        "/v1/events/fair/documents?kind=plan&name=plan.pdf",
        content=b"%PDF-1.7\n%plan\n",
        headers=organiser | {"Content-Type": "application/pdf"},
    )
    assert document.status_code in (200, 201), document.text
    opened = await service.post("/v1/inspections", {"event": "fair", "purpose": "=yearly"}, regulator)
    assert opened.status_code == 201, opened.text
    path = f"/v1/inspections/{opened.json()['id']}"
    finding = {"text": "the plan names no meter", "severity": "minor"}
    added = await service.post(f"{path}/findings", finding | {"document": document.json()["id"]}, regulator)
    assert added.status_code == 200, added.text
    for evidence in ({"document": str(uuid7())}, {"document": "x"}, {"sample": str(uuid7())}):
        answer = await service.post(f"{path}/findings", finding | evidence, regulator)
        assert (answer.status_code, answer.json()["code"]) == (422, "evidence_not_found"), evidence
    # Who is inspected sees the result, and nothing before it.
    assert (await get(service, "/v1/inspections", organiser))["items"] == []
    hidden = await service.client.get(path, headers=organiser)
    assert (hidden.status_code, hidden.json()["code"]) == (404, "inspection_not_found")
    closing = {"text": "to be mended by May", "result": "to_correct"}
    answers = await asyncio.gather(*(service.post(f"{path}/closing", closing, regulator) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    late = await service.post(f"{path}/findings", finding, regulator)
    assert (late.status_code, late.json()["code"]) == (409, "inspection_closed")
    seen = await get(service, path, organiser)
    assert (seen["result"], [entry["sequence"] for entry in seen["entries"]]) == ("to_correct", [1, 2])
    stranger = await service.client.get(path, headers=await service.staff("organiser", "stranger"))
    assert stranger.status_code == 404
    table = await service.client.get("/v1/inspections.csv?language=en", headers=regulator)
    assert "the plan names no meter" in table.text
    assert "'=yearly" in table.text
    assert "to be corrected" in table.text.lower()


async def test_an_inspection_lies_within_the_remit_of_who_opens_it(service: Service) -> None:
    await service.event("race", kind="competition")
    culture = await remit(service, "culture", agency="culture_tourism")
    foreign = await service.post("/v1/inspections", {"event": "race", "purpose": "p"}, culture)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "event_not_found")
    for body in ({}, {"event": "race", "organisation": "91350100M000100Y43"}):
        answer = await service.post("/v1/inspections", {"purpose": "p"} | body, culture)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
    unknown = {"organisation": "91350100M000100Y43", "purpose": "p"}
    answer = await service.post("/v1/inspections", unknown, culture)
    assert (answer.status_code, answer.json()["code"]) == (404, "organisation_not_found")


async def test_an_organisation_is_watched_where_it_is_and_where_it_runs_an_event(
    service: Service, owner: asyncpg.Connection
) -> None:
    event = await service.event("race", kind="competition", city="绵阳")
    staff = await owner.fetchval("SELECT id FROM staff LIMIT 1")
    ids = [uuid7(), uuid7()]
    for id_, code, city in ((ids[0], "91350100M000100Y43", "成都"), (ids[1], "N-ABCDEFGH", "绵阳")):
        await owner.execute(
            "INSERT INTO organisations (id, code, kinds, name_zh, name_en, city, state) "
            "VALUES ($1, $2, '{event_organiser}', '会展公司', 'Fairs Ltd', $3, 'active')",
            *(id_, code, city),
        )
    mianyang = await remit(service, "mianyang", city="绵阳")

    async def codes() -> set[str]:
        page = await get(service, "/v1/supervision/subjects", mianyang)
        return {each["code"] for each in page["items"]}

    assert await codes() == {"N-ABCDEFGH"}
    opened = {"organisation": "91350100M000100Y43", "purpose": "p"}
    assert (await service.post("/v1/inspections", opened, mianyang)).status_code == 404
    await owner.execute(
        "INSERT INTO event_organisations (event_id, id, organisation_id, part, added_by) "
        "VALUES ($1, $2, $3, 'host', $4)",
        *(event["id"], uuid7(), ids[0], staff),
    )
    assert await codes() == {"N-ABCDEFGH", "91350100M000100Y43"}
    made = await service.post("/v1/inspections", opened, mianyang)
    assert made.status_code == 201, made.text
    assert [each["id"] for each in (await get(service, "/v1/inspections", mianyang))["items"]] == [
        made.json()["id"]
    ]
    assert (await get(service, f"/v1/inspections/{made.json()['id']}", mianyang))["purpose"] == "p"
    await owner.execute(
        "INSERT INTO list_cases (id, rule, subject, organisation_id, facts, facts_digest, found_at) "
        "VALUES ($1, 'self_dealing', 'x', $2, '{}', $3, now() - interval '6 days')",
        *(uuid7(), ids[1], b"d" * 32),
    )
    found = await get(service, "/v1/supervision/subjects", mianyang)
    told = [
        (each["code"], each["running_events"], each["open_cases"], each["lists"]) for each in found["items"]
    ]
    assert sorted(told) == [("91350100M000100Y43", 1, 0, []), ("N-ABCDEFGH", 0, 1, [])]
    found = await get(service, "/v1/supervision/subjects?query=91350100", mianyang)
    assert [each["code"] for each in found["items"]] == ["91350100M000100Y43"]
    assert [kind for kind, _ in await alerts(service, mianyang)] == ["case_open"]
    sport = await remit(service, "chengdu", city="Chengdu")
    assert await alerts(service, sport) == []
