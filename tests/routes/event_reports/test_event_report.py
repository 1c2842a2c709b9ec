"""The report on an event: its numbers are the database's sums, it is published once, and it knows nobody."""

from __future__ import annotations

import asyncio
import base64
import csv
import hashlib
import io
import json
from collections import Counter
from itertools import pairwise
from typing import Any

import asyncpg
import msgspec
import pypdfium2
import pytest

from backend.domain.contribution import contribution_g as domain_contribution_g
from backend.messages.event_reports import ReportReductions
from tests.routes.attending import EXAMPLE_B, FULLY_TOLD, agree
from tests.service import TONNE, Json, Service

# (category, journey, offset, people). Six people drink from their own cup.
CROWD: tuple[tuple[str | None, Json, Json | None, int], ...] = (
    (None, {}, {"share": 100}, 6),
    ("national", {}, {"share": 100}, 5),
    ("province", FULLY_TOLD, {"share": 50}, 6),
    ("province", {"distance_km": 200, "mode": "bev"}, {"grams": 999}, 3),
    ("national", EXAMPLE_B, {"share": 100}, 5),
    ("international", {"from_city": "东京"}, {"share": 30}, 1),
    (None, {"nights": 1}, None, 7),
    ("province", {}, {"share": 100}, 8),
    ("local", {"nights": 0}, {"share": 100}, 1),
)
PEOPLE = sum(people for *_, people in CROWD)


@pytest.fixture
async def fair(service: Service) -> Service:
    """A running event with a small batch in its pool and a larger one behind it, together not enough for everybody."""
    await service.event()
    await service.pool(grams=2 * TONNE, batch=await service.batch(2, product="ccer"))
    await service.pool(grams=3 * TONNE, batch=await service.batch(9))
    return service


async def come(fair: Service) -> None:
    drinkers = 6
    for category, journey, offset, people in CROWD:
        for badge in await fair.badges(people, category=category):
            body: Json = {"journey": journey} if journey else {}
            if offset is not None:
                body["offset"] = offset
            citizen = await fair.citizen()
            # The sums are held against the lines in the database, and only journeys that are kept have some there.
            await agree(fair, citizen)
            answer = await fair.scan(badge["code"], citizen, **body)
            assert answer.status_code == 201, answer.text
            if drinkers:
                logged = await fair.act(citizen, "own_cup", scene_code=badge["code"])
                assert logged.status_code == 201, logged.text
                drinkers -= 1


async def report(fair: Service, who: str | None = "organiser") -> Json:
    headers = await fair.staff(who) if who else None
    answer = await fair.client.get("/v1/events/fair/report", headers=headers)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def close(fair: Service) -> None:
    answer = await fair.post("/v1/events/fair/transitions", {"to": "closed"}, await fair.staff("operator"))
    assert answer.status_code == 200, answer.text


async def sums(owner: asyncpg.Connection, query: str) -> dict[Any, tuple[int, ...]]:
    """Rows of a query by their first column, its numbers as integers."""
    return {row[0]: tuple(int(value) for value in list(row)[1:]) for row in await owner.fetch(query)}


LINES = """SELECT a.citizen_id, f.digest, f.total_g, line ->> 'source' AS source, (line ->> 'emission_g')::bigint AS g,
                  jsonb_array_length(line -> 'defaults') > 0 AS is_assumed
           FROM attendances a JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest,
                jsonb_array_elements(convert_from(f.body, 'UTF8')::jsonb -> 'lines') AS line"""


async def test_every_number_is_a_sum_of_the_database(fair: Service, owner: asyncpg.Connection) -> None:
    await come(fair)
    found = await report(fair)

    total_g = await owner.fetchval(
        """SELECT sum(total_g) FROM attendances a
           JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest"""
    )
    assert found["attendances"] == PEOPLE == await owner.fetchval("SELECT count(*) FROM attendances")
    assert found["footprint"]["total_g"] == total_g
    by_source = await sums(
        owner,
        f"""SELECT source, count(DISTINCT citizen_id), sum(g), coalesce(sum(g) FILTER (WHERE is_assumed), 0)
            FROM ({LINES}) AS lines GROUP BY source""",  # noqa: S608 - a constant of this file
    )
    told = {
        each["key"]: (each["attendances"], each["emission_g"], each["default_g"])
        for each in found["by_source"]
    }
    assert told == by_source
    assert sum(grams for _, grams, _ in told.values()) == total_g
    assert found["footprint"]["default_g"] == sum(assumed for *_, assumed in told.values())

    # A person from abroad and one from town are too few to be shown alone, and two are too few to be shown together.
    by_category = await sums(
        owner,
        """SELECT coalesce(category, 'none'), count(*), sum(total_g), coalesce(sum(o.grams), 0)
           FROM attendances a JOIN badges b ON b.event_id = a.event_id AND b.serial = a.badge_serial
           JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
           LEFT JOIN offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id GROUP BY 1""",
    )
    shown = {
        each["key"]: (each["attendances"], each["footprint_g"], each["offset_g"])
        for each in found["by_category"]
    }
    assert set(shown) == {"none", "province", "other"}
    hidden = [by_category[key] for key in ("local", "international", "national")]
    assert shown["other"] == tuple(sum(column) for column in zip(*hidden, strict=True))
    assert shown["none"] == by_category["none"]
    assert sum(grams for _, grams, _ in shown.values()) == total_g
    for groups in ("by_basis", "by_category", "modes"):
        assert sum(each["attendances"] for each in found[groups]) == PEOPLE
        assert all(each["attendances"] >= found["people_min"] for each in found[groups]), groups
    bases = await sums(
        owner,
        """SELECT basis, count(*) FROM attendances a
           JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest GROUP BY basis""",
    )
    assert {each["key"]: (each["attendances"],) for each in found["by_basis"]} == bases
    assert sum(each["attendances"] for each in found["distribution"]) == PEOPLE
    edges = [(each["from_g"], each["to_g"]) for each in found["distribution"]]
    for each in found["distribution"]:
        inside = await owner.fetchval(
            """SELECT count(*) FROM attendances a
               JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
               WHERE total_g >= $1 AND total_g < $2""",
            each["from_g"],
            each["to_g"],
        )
        assert inside == each["attendances"], edges
    assert sum(each["joined"] for each in found["participation"]["intervals"]) == PEOPLE


async def test_offsets_products_serials_and_surplus_are_those_of_the_ledger(
    fair: Service, owner: asyncpg.Connection
) -> None:
    await come(fair)
    found = (await report(fair))["offsets"]
    kinds = Counter(row["kind"] for row in await owner.fetch("SELECT kind FROM offsets"))
    waiting = await owner.fetchval(
        """SELECT count(*) FROM attendances a WHERE offset_status = 'pool_exhausted' AND NOT EXISTS
           (SELECT FROM offsets o WHERE o.event_id = a.event_id AND o.citizen_id = a.citizen_id)"""
    )
    assert (found["full"], found["partial"], found["waiting"]) == (kinds["full"], kinds["partial"], waiting)
    assert sum(found[key] for key in ("full", "partial", "waiting", "without")) == PEOPLE
    grams = await owner.fetchval("SELECT sum(grams) FROM offsets")
    assert found["grams"] == grams == sum(each["grams"] for each in found["products"])
    assert found["grams"] == sum(each["grams"] for each in found["payers"])
    by_product = await sums(
        owner,
        "SELECT product, sum(grams) FROM allocations a JOIN credit_batches c ON c.id = a.batch_id GROUP BY product",
    )
    assert {each["product"]: (each["grams"],) for each in found["products"]} == by_product
    assert set(by_product) == {"ccer", "cdcer"}

    # Nothing was left out between the serials, so each batch is one run.
    runs = await sums(
        owner,
        "SELECT batch_id::text, min(serial_from), max(serial_to), sum(grams) FROM allocations GROUP BY 1",
    )
    told = {
        each["batch_id"]: (each["serial_from"], each["serial_to"], each["grams"]) for each in found["serials"]
    }
    assert told == runs
    assert len(found["serials"]) == 2

    pools = (await report(fair))["pools"]
    left = await owner.fetchval("SELECT sum(serial_to - next_serial + 1) FROM pools")
    assert (pools["retired_g"], pools["allocated_g"], pools["surplus_g"]) == (5 * TONNE, grams, left)


async def test_reductions_stand_beside_and_are_never_subtracted(
    fair: Service, owner: asyncpg.Connection
) -> None:
    await come(fair)
    found = await report(fair)
    actions, grams = await owner.fetchrow(
        "SELECT count(*), sum(reduction_g) FROM actions WHERE event_id IS NOT NULL"
    )
    told = found["reductions"]
    assert actions == 6
    assert told["actions"] == actions == sum(each["actions"] for each in told["methods"])
    assert told["reduction_g"] + told["self_declared_g"] == grams > 0
    assert told["self_declared_g"] == sum(each["self_declared_g"] for each in told["methods"])
    assert [each["method"] for each in told["methods"]] == ["own_cup"]
    total_g = sum(each["emission_g"] for each in found["by_source"])
    assert found["neutrality"]["emission_g"] == found["footprint"]["total_g"] == total_g


async def test_self_declared_grams_keep_their_earlier_name_for_one_version(fair: Service) -> None:
    await come(fair)
    reductions = (await report(fair))["reductions"]
    for each in (reductions, *reductions["methods"]):
        assert each["own_word_g"] == each["self_declared_g"]
        # A report that was published before has the earlier name alone, and is still read.
        del each["self_declared_g"]
        each["own_word_g"] = 7
    read = msgspec.convert(reductions, ReportReductions)
    assert (read.self_declared_g, read.methods[0].self_declared_g) == (7, 7)


async def test_before_it_is_closed_only_those_who_run_it_see_it(fair: Service) -> None:
    await come(fair)
    for who in (None, "citizen"):
        headers = await fair.citizen() if who else None
        for ending in ("", ".csv", ".pdf"):
            answer = await fair.client.get(f"/v1/events/fair/report{ending}", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (404, "event_report_not_found")
    for role in ("staff", "organiser", "operator", "regulator"):
        assert (await report(fair, role))["is_final"] is False
    other = await fair.client.get("/v1/events/elsewhere/report", headers=await fair.staff("staff"))
    assert other.json()["code"] == "event_not_found"


async def test_the_closed_report_is_published_once_with_its_digest(
    fair: Service, owner: asyncpg.Connection
) -> None:
    await come(fair)
    await close(fair)
    row = await owner.fetchrow("SELECT * FROM event_reports")
    assert row is not None, "closing makes the report"
    answers = await asyncio.gather(*(fair.client.get("/v1/events/fair/report") for _ in range(4)))
    assert {answer.content for answer in answers} == {row["body"]}
    digest = hashlib.sha256(row["body"]).digest()
    assert row["digest"] == digest
    assert answers[0].headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest).decode()}:"
    found = answers[0].json()
    assert (found["is_final"], found["event"]["state"]) == (True, "closed")

    # What the tables hold later does not matter any longer.
    await owner.execute("DELETE FROM badges")
    assert (await fair.client.get("/v1/events/fair/report")).content == row["body"]
    assert await owner.fetchval("SELECT count(*) FROM event_reports") == 1


async def test_a_report_lost_at_closing_is_made_by_who_asks_first(
    fair: Service, owner: asyncpg.Connection
) -> None:
    await come(fair)
    await owner.execute("UPDATE events SET state = 'closed'")
    answers = await asyncio.gather(*(fair.client.get("/v1/events/fair/report") for _ in range(6)))
    assert len({answer.content for answer in answers}) == 1
    assert await owner.fetchval("SELECT count(*) FROM event_reports WHERE is_final") == 1


async def test_credits_for_attendees_and_a_self_declaration_earn_no_word(
    fair: Service, owner: asyncpg.Connection
) -> None:
    badge = (await fair.badges(1))[0]
    await fair.scan(badge["code"], await fair.citizen(), offset={"share": 10})
    running = (await report(fair))["neutrality"]
    assert running["is_covered"] is True
    assert "碳中和" not in running["statement"]["zh-CN"]
    row = await owner.fetchrow("SELECT id, created_by FROM events WHERE slug = 'fair'")
    await owner.execute(
        """INSERT INTO event_documents (event_id, id, kind, sha256, media_type, bytes, name, uploaded_by)
           VALUES ($1, gen_random_uuid(), 'evaluation', sha256('x'), 'application/pdf', 1, '评价.pdf', $2)""",
        row["id"],
        row["created_by"],
    )
    operator = await fair.staff("operator")
    for step in (
        {"to": "accounting"},
        {"to": "offset"},
        {"to": "evaluated", "statement": "实"},
        {"to": "closed"},
    ):
        moved = await fair.post("/v1/events/fair/transitions", step, operator)
        assert moved.status_code == 200, moved.text
    found = await report(fair, None)
    assert found["neutrality"]["is_covered"] is True
    assert "碳中和" not in found["neutrality"]["statement"]["zh-CN"]
    assert {"scope", "evaluation"} <= set(found["neutrality"]["claim"]["missing"])
    assert "neutral" not in found["neutrality"]["statement"]["en"]
    assert [each["name"] for each in found["documents"]] == ["评价.pdf"]


async def test_a_part_is_called_a_part(fair: Service, owner: asyncpg.Connection) -> None:
    await owner.execute("DELETE FROM pools")
    badge = (await fair.badges(1))[0]
    await fair.scan(badge["code"], await fair.citizen(), offset={"share": 100})
    found = (await report(fair))["neutrality"]
    assert found["is_covered"] is False
    assert "部分抵消" in found["statement"]["zh-CN"]
    assert "碳中和" not in found["statement"]["zh-CN"]
    assert "a part" in found["statement"]["en"]


async def test_every_factor_that_was_used_is_told_with_its_source(
    fair: Service, owner: asyncpg.Connection
) -> None:
    await come(fair)
    used = {
        row[0]
        for row in await owner.fetch(
            """SELECT DISTINCT jsonb_array_elements_text(line -> 'factor_ids') FROM footprints f,
               jsonb_array_elements(convert_from(f.body, 'UTF8')::jsonb -> 'lines') AS line
               WHERE EXISTS (SELECT FROM attendances a WHERE a.footprint_digest = f.digest)"""
        )
    }
    whole = await report(fair)
    found = whole["factors"]
    assert {each["id"] for each in found} == used
    assert not [note for note in whole["notes"] if "sichuan-2026.1" in note["en"]]
    assert all(each["source"]["publisher"] and each["source_kind"] and each["unit"] for each in found)


async def test_factors_of_journeys_that_are_not_kept_are_told_by_their_set(fair: Service) -> None:
    for badge in await fair.badges(6, category="province"):
        journey = {"from_city": "重庆", "mode": "taxi"}
        answer = await fair.scan(badge["code"], await fair.citizen(), journey=journey)
        assert answer.status_code == 201
    found = await report(fair)
    assert (found["attendances"], found["factors"]) == (6, [])
    assert [group["key"] for group in found["modes"]] == ["untold"]
    (en, zh) = [
        [note[language] for note in found["notes"] if "sichuan-2026.1" in note[language]]
        for language in ("en", "zh-CN")
    ]
    assert "agree" in en[0]
    assert "同意" in zh[0]


async def test_an_event_nobody_came_to_has_a_report_of_nothing(fair: Service) -> None:
    found = await report(fair)
    assert (found["attendances"], found["footprint"]["total_g"], found["by_source"]) == (0, 0, [])
    assert found["neutrality"]["is_covered"] is False
    await close(fair)
    for language in ("zh-CN", "en"):
        assert (await fair.client.get(f"/v1/events/fair/report.pdf?language={language}")).status_code == 200
        assert (await fair.client.get(f"/events/fair/report?lang={language}")).status_code == 200


async def test_no_person_can_be_found_in_it(fair: Service, owner: asyncpg.Connection) -> None:
    await come(fair)
    await close(fair)
    body = (await fair.client.get("/v1/events/fair/report")).text
    for row in await owner.fetch("SELECT citizen_id, id FROM attendances"):
        assert str(row["citizen_id"]) not in body
        assert str(row["id"]) not in body
    for row in await owner.fetch("SELECT certificate_number FROM offsets"):
        assert row[0] not in body
    assert "东京" not in body


async def test_the_csv_opens_in_a_spreadsheet_and_says_the_same(fair: Service) -> None:
    await come(fair)
    await fair.pool(grams=10, batch=await fair.batch(1, project_name="=cmd|' /C calc'!A0"))
    await close(fair)
    found = await report(fair, None)
    answer = await fair.client.get("/v1/events/fair/report.csv?language=en")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    at = rows.index(["# By source"])
    assert rows[at + 1][2] == "Estimated emissions (g)"
    told = {row[0]: int(row[2]) for row in rows[at + 2 : at + 2 + len(found["by_source"])]}
    assert told == {each["name"]["en"]: each["emission_g"] for each in found["by_source"]}
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    zh = (await fair.client.get("/v1/events/fair/report.csv?language=zh-CN")).content.decode("utf-8-sig")
    assert "# 按排放源" in zh
    assert (await fair.client.get("/v1/events/fair/report.csv?language=fr")).status_code == 422


@pytest.mark.parametrize(("language", "words"), [("en", "By source"), ("zh-CN", "按排放源")])
async def test_the_paper_has_pages_with_words_and_charts(fair: Service, language: str, words: str) -> None:
    await come(fair)
    await close(fair)
    answer = await fair.client.get(f"/v1/events/fair/report.pdf?language={language}")
    assert answer.headers["content-type"] == "application/pdf"
    paper = pypdfium2.PdfDocument(answer.content)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in paper)
    assert len(paper) >= 2
    assert words in text
    digest = hashlib.sha256((await fair.client.get("/v1/events/fair/report")).content).hexdigest()
    assert digest in text.replace("\r", "").replace("\n", "")
    assert "\ufffd" not in text


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_page_shows_the_same_numbers_without_a_script(fair: Service, language: str) -> None:
    await come(fair)
    await close(fair)
    found = await report(fair, None)
    page = await fair.client.get(f"/events/fair/report?lang={language}")
    assert page.status_code == 200
    assert f'data-value="{found["footprint"]["total_g"]}"' in page.text
    assert found["neutrality"]["statement"][language].split("「")[0].split("“")[0] in page.text
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert page.text.count("<svg") > 10


async def test_a_journey_told_again_counts_as_it_is_now_and_what_it_released_is_surplus(
    fair: Service, owner: asyncpg.Connection
) -> None:
    people = [await fair.citizen() for _ in range(6)]
    for citizen, badge in zip(people, await fair.badges(6, category="national"), strict=True):
        await fair.scan(badge["code"], citizen, offset={"share": 100})
    before = await report(fair)
    for citizen, journey in zip(people, [FULLY_TOLD, {"nights": 0}, EXAMPLE_B, FULLY_TOLD], strict=False):
        body = {"journey": journey}
        told = await fair.client.post(
            "/v1/events/fair/journey", json=body, headers=citizen | {"Idempotency-Key": "again"}
        )
        assert told.status_code == 200, told.text
    found = await report(fair)
    total_g = await owner.fetchval(
        """SELECT sum(f.total_g) FROM attendances a
           JOIN footprints f ON f.event_id = a.event_id AND f.digest = coalesce(
               (SELECT footprint_digest FROM journey_revisions j WHERE j.citizen_id = a.citizen_id
                ORDER BY revision DESC LIMIT 1), a.footprint_digest)"""
    )
    assert found["footprint"]["total_g"] == total_g != before["footprint"]["total_g"]
    assert sum(each["emission_g"] for each in found["by_source"]) == total_g
    held = await owner.fetchval(
        "SELECT (SELECT sum(grams) FROM offsets) + (SELECT coalesce(sum(grams), 0) FROM offset_changes)"
    )
    released = await owner.fetchval("SELECT coalesce(sum(grams), 0) FROM offset_releases")
    unused = await owner.fetchval("SELECT sum(serial_to - next_serial + 1) FROM pools")
    offsets, pools = found["offsets"], found["pools"]
    assert released > 0
    assert offsets["grams"] == held == sum(run["grams"] for run in offsets["serials"]) == pools["allocated_g"]
    assert (pools["released_g"], pools["unused_g"]) == (released, unused)
    assert pools["surplus_g"] == sum(run["grams"] for run in pools["surplus"]) == released + unused
    serials = sorted(
        (run["batch_id"], run["serial_from"], run["serial_to"])
        for run in [*offsets["serials"], *pools["surplus"]]
    )
    for (batch, _, end), (following, start, _) in pairwise(serials):
        assert batch != following or start > end, "a gram stands in two runs"


@pytest.fixture
async def caring(service: Service) -> Service:
    """An event whose organiser neutralises lodging, and the way to airports, which not everybody takes."""
    await service.event(neutralises=["lodging", "airport_transfer"])
    await service.pool(grams=40 * TONNE)
    return service


async def test_what_the_organiser_neutralises_is_told_with_the_sums_of_the_database(
    caring: Service, owner: asyncpg.Connection
) -> None:
    await come(caring)
    found = await report(caring)
    told = found["neutralised"]
    by_source = {each["key"]: each for each in found["by_source"]}
    of_database = await sums(
        owner,
        f"""SELECT source, count(DISTINCT citizen_id), sum(g) FROM ({LINES}) AS lines
            WHERE source IN ('lodging', 'airport_transfer') GROUP BY source""",  # noqa: S608 - a constant of this file
    )
    assert [each["key"] for each in told["sources"]] == ["airport_transfer", "lodging"]
    assert {each["key"]: (each["attendances"], each["emission_g"]) for each in told["sources"]} == of_database
    assert all(each["share_pct"] == by_source[each["key"]]["share_pct"] for each in told["sources"])
    sum_g = told["emission_g"]
    assert sum_g == sum(grams for _, grams in of_database.values())
    held = await owner.fetch(
        """SELECT o.grams, f.total_g, (
                SELECT coalesce(sum((line ->> 'emission_g')::bigint), 0)::bigint
                FROM jsonb_array_elements(convert_from(f.body, 'UTF8')::jsonb -> 'lines') AS line
                WHERE line ->> 'source' IN ('lodging', 'airport_transfer')) AS neutralised_g
           FROM offsets o JOIN attendances a USING (event_id, citizen_id)
           JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest"""
    )
    # The statement sums what the domain's rule says of each person.
    beyond_g = [domain_contribution_g(**row) for row in held]
    contribution_g = sum(beyond_g)
    assert 0 in beyond_g
    assert told["contribution_g"] == contribution_g > 0
    assert "贡献" in told["note"]["zh-CN"]
    assert "contribution" in told["note"]["en"]

    await close(caring)
    final = await report(caring, None)
    assert final["neutralised"] == told
    for language, title in (("zh-CN", "主办方负责中和的排放源"), ("en", "Offset by the organiser")):
        answer = await caring.client.get(f"/v1/events/fair/report.csv?language={language}")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        at = rows.index([f"# {title}"])
        _, *shown, in_all, contributions = rows[at + 1 : at + 6]
        assert [(int(row[1]), int(row[2])) for row in shown] == [
            of_database[key] for key in sorted(of_database)
        ]
        assert (int(in_all[2]), int(contributions[2])) == (sum_g, contribution_g)
        page = (await caring.client.get(f"/events/fair/report?lang={language}")).text
        assert title in page
        assert told["note"][language] in page
        paper = pypdfium2.PdfDocument(
            (await caring.client.get(f"/v1/events/fair/report.pdf?language={language}")).content
        )
        text = "".join(page.get_textpage().get_text_bounded() for page in paper)
        assert title in text
        assert told["note"][language][-12:-6] in text.replace("\r", "").replace("\n", "")


async def test_a_neutralised_source_of_few_people_is_named_without_its_grams(caring: Service) -> None:
    journeys = [{"nights": 0}] * 5 + [{"from_city": "东京", "mode": "plane"}]
    for journey, badge in zip(journeys, await caring.badges(6), strict=True):
        answer = await caring.scan(badge["code"], await caring.citizen(), journey=journey)
        assert answer.status_code == 201, answer.text
    found = await report(caring)
    told = found["neutralised"]
    assert not {"airport_transfer", "lodging"} & {each["key"] for each in found["by_source"]}
    assert [(each["attendances"], each["emission_g"], each["share_pct"]) for each in told["sources"]] == [
        (None, None, None)
    ] * 2
    assert told["emission_g"] == 0
    answer = await caring.client.get(
        "/v1/events/fair/report.csv?language=en", headers=await caring.staff("organiser")
    )
    assert 'To and from airports,"fewer than 5 people, in “other”"' in answer.text


async def test_an_event_whose_organiser_neutralises_nothing_says_so(
    fair: Service, owner: asyncpg.Connection
) -> None:
    badge = (await fair.badges(1))[0]
    await fair.scan(badge["code"], await fair.citizen(), offset={"share": 100})
    told = (await report(fair))["neutralised"]
    assert (told["sources"], told["emission_g"], told["contribution_g"]) == ([], 0, 0)
    assert "no source" in told["note"]["en"]

    # Published before it was told: its bytes stay, and every form of it still opens.
    await close(fair)
    body = await owner.fetchval("SELECT body FROM event_reports")
    former = json.loads(body)
    del former["neutralised"]
    await owner.execute("DELETE FROM event_reports")
    await owner.execute(
        """INSERT INTO event_reports (event_id, revision, body, digest, is_final, made_at)
           SELECT id, 1, $1, sha256($1), true, now() FROM events""",
        json.dumps(former).encode(),
    )
    assert (await report(fair, None)) == former
    for path in ("/v1/events/fair/report.csv", "/v1/events/fair/report.pdf", "/events/fair/report"):
        assert (await fair.client.get(path)).status_code == 200, path


async def test_the_surplus_of_the_report_is_the_one_that_is_published(fair: Service) -> None:
    people = [await fair.citizen() for _ in range(6)]
    for citizen, badge in zip(people, await fair.badges(6, category="national"), strict=True):
        await fair.scan(badge["code"], citizen, offset={"share": 100})
    await same_surplus(fair)
    for citizen in people[:4]:
        body = {"journey": FULLY_TOLD}
        told = await fair.post("/v1/events/fair/journey", body, citizen | {"Idempotency-Key": "again"})
        assert told.json()["difference"] == "released", told.text
    before = await same_surplus(fair)
    assert min(before) > 0
    await close(fair)
    assert await same_surplus(fair) == before
    surplus = (await fair.client.get("/v1/events/fair/surplus")).json()
    assert (surplus["is_final"], surplus["grams"]) == (True, sum(before))


async def same_surplus(fair: Service) -> tuple[int, int]:
    """What nobody took and what was released, after both addresses said the same of each batch."""
    pools = (await report(fair))["pools"]
    surplus = (await fair.client.get("/v1/events/fair/surplus", headers=await fair.staff("operator"))).json()
    names = ("unused_g", "released_g")
    assert [pools[name] for name in names] == [surplus[name] for name in names]
    assert (pools["surplus_g"], pools["retired_g"]) == (surplus["grams"], surplus["pooled_g"])
    by_batch = Counter[str]()
    for run in pools["surplus"]:
        by_batch[run["batch_id"]] += run["grams"]
    assert by_batch == Counter(
        {part["batch_id"]: part["unused_g"] + part["released_g"] for part in surplus["by_batch"]}
    )
    return pools["unused_g"], pools["released_g"]
