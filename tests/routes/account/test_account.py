"""A citizen's own account: every page agrees with every other, all can be taken along, all can be erased."""

from __future__ import annotations

import io
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from PIL import Image

from backend.ledger.audit.ledger import audit_database
from tests.service import Json, Service

JOURNEY = {"distance_km": 300, "mode": "hsr", "nights": 2}


@pytest.fixture(scope="module")
async def fair(stage: Service) -> Service:
    for slug in ("fair", "forum", "games"):
        await stage.event(slug)
        await stage.pool(slug)
    return stage


async def get(fair: Service, path: str, citizen: dict[str, str], **query: Any) -> Json:
    answer = await fair.client.get(f"/v1/me{path}", params=query, headers=citizen)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def busy_citizen(fair: Service, name: str | None = None) -> dict[str, str]:
    """Somebody with six actions (one of them capped, two at a venue) and three attendances, whose journeys are kept."""
    citizen = await fair.citizen(name)
    consent = {"scope": "event_profile", "granted": True}
    assert (await fair.client.post("/v1/me/consents", json=consent, headers=citizen)).status_code == 200
    for slug in ("fair", "forum", "games"):
        badge = (await fair.badges(1, slug))[0]
        joined = await fair.scan(badge["code"], citizen, journey=JOURNEY, offset={"share": 10})
        assert joined.status_code == 201
        own = badge["code"]
    for quantity in (8000, 8000, 8000):
        await fair.act(citizen, "walk_steps", quantity)
    await fair.act(citizen, "bike_own", 12)
    await fair.act(citizen, "own_cup", scene_code=own)
    await fair.act(citizen, "plant_meal", parameters={"diet": "vegan"}, scene_code=own)
    return citizen


async def walk(fair: Service, path: str, citizen: dict[str, str], limit: int) -> list[Json]:
    """All items of a list, page by page."""
    items: list[Json] = []
    cursor: dict[str, str] = {}
    for _ in range(50):
        page = await get(fair, path, citizen, limit=limit, **cursor)
        assert len(page["items"]) <= limit
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        cursor = {"cursor": page["next_cursor"]}
    raise AssertionError("the pages never end")


async def test_balance_entries_and_summary_agree(fair: Service) -> None:
    citizen = await busy_citizen(fair)
    shown = await get(fair, "", citizen)
    summary = await get(fair, "/summary", citizen)
    actions = await walk(fair, "/actions", citizen, 100)
    entries = await walk(fair, "/points/entries", citizen, 100)
    certificates = await walk(fair, "/certificates", citizen, 100)
    balance = (await get(fair, "/points", citizen))["balance"]

    assert balance == shown["balance"] == summary["balance"] == sum(entry["points"] for entry in entries)
    assert entries[0]["balance_after"] == balance
    running = 0
    for entry in reversed(entries):
        running += entry["points"]
        assert entry["balance_after"] == running
    assert [entry["reason"] for entry in entries].count("event_join") == 3
    paid = {entry["source_id"]: entry["points"] for entry in entries if entry["reason"] == "action"}
    assert paid == {action["id"]: action["points"] for action in actions if action["points"]}

    assert summary["actions"] == len(actions) == 6
    assert summary["reduction_g"] == sum(a["reduction_g"] for a in actions if a["tier"] != "E5") > 0
    assert summary["self_declared_g"] == sum(a["reduction_g"] for a in actions if a["tier"] == "E5") > 0
    by_method = {part["method"]: part for part in summary["by_method"]}
    assert by_method["walk_steps"]["actions"] == 3
    assert sum(part["points"] for part in by_method.values()) == balance - 30
    assert summary["attendances"] == len(certificates) == 3
    assert summary["offset_g"] == sum(certificate["grams"] for certificate in certificates)
    assert summary["footprint_g"] >= summary["offset_g"] * 9


@pytest.mark.parametrize("path", ["/actions", "/points/entries", "/certificates"])
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_paging_walks_everything_exactly_once_newest_first(
    fair: Service, path: str, limit: int
) -> None:
    citizen = await busy_citizen(fair)
    items = await walk(fair, path, citizen, limit)
    whole = (await get(fair, path, citizen, limit=100))["items"]
    assert items == whole
    at = "issued_at" if path == "/certificates" else "at" if path == "/points/entries" else "id"
    order = [item[at] for item in items]
    assert order == sorted(order, reverse=True)
    assert len({str(item) for item in items}) == len(items)


async def test_a_page_that_ends_with_the_last_item_says_so(fair: Service) -> None:
    citizen = await fair.citizen()
    for _ in range(2):
        await fair.act(citizen, "walk_steps", 1000)
    page = await get(fair, "/actions", citizen, limit=2)
    assert (len(page["items"]), page["next_cursor"]) == (2, None)


async def test_what_is_logged_meanwhile_does_not_disturb_a_walk(fair: Service) -> None:
    citizen = await fair.citizen()
    for _ in range(4):
        await fair.act(citizen, "walk_steps", 100)
    first = await get(fair, "/actions", citizen, limit=2)
    await fair.act(citizen, "walk_steps", 100)
    second = await get(fair, "/actions", citizen, limit=2, cursor=first["next_cursor"])
    ids = [item["id"] for item in first["items"] + second["items"]]
    assert len(set(ids)) == 4
    assert second["next_cursor"] is None


async def test_an_export_holds_everything_that_is_shown_anywhere(fair: Service) -> None:
    citizen = await busy_citizen(fair, "要带走的人")
    answer = await fair.client.get("/v1/me/export", headers=citizen)
    assert "attachment" in answer.headers["content-disposition"]
    document = answer.json()
    assert document["citizen"] == await get(fair, "", citizen)
    assert [(each["provider"], each["subject"]) for each in document["identities"]] == [
        ("demo", "要带走的人")
    ]
    assert document["actions"] == (await walk(fair, "/actions", citizen, 100))[::-1]
    assert document["points"] == (await walk(fair, "/points/entries", citizen, 100))[::-1]
    certificates = await walk(fair, "/certificates", citizen, 100)
    assert len(document["attendances"]) == 3
    for attendance in document["attendances"]:
        assert attendance["footprint"]["total_g"] > 0
        assert attendance["journey"]["distance_km"] == 300
    assert {each["certificate_number"] for each in document["attendances"]} == {
        each["number"] for each in certificates
    }


async def test_an_export_holds_what_stands_behind_actions_and_what_became_of_them(
    fair: Service, rows: asyncpg.Connection
) -> None:
    citizen = await fair.citizen("要看底账的人")
    id_ = UUID((await get(fair, "", citizen))["id"])
    badge = (await fair.badges(1, "fair"))[0]
    await fair.scan(badge["code"], citizen)
    kept = (await fair.act(citizen, "plant_meal", scene_code=badge["code"])).json()
    taken = (await fair.act(citizen, "own_cup", scene_code=badge["code"])).json()
    staff = await fair.staff("operator")
    reversal = {"citizen_id": str(id_), "reason": "两次扫了同一个杯子"}
    reversed_ = await fair.post(f"/v1/actions/{taken['id']}/reversal", reversal, staff)
    assert reversed_.status_code == 201, reversed_.text
    about = {"zh-CN": "关于", "en": "About"}
    name = {"zh-CN": "林", "en": "Trees"}
    await fair.post("/v1/causes", {"slug": "trees", "name": name, "about": about, "reason": "试"}, staff)
    given = await fair.post(
        "/v1/me/donations", {"cause": "trees"}, citizen | {"Idempotency-Key": uuid4().hex}
    )
    assert given.status_code == 201, given.text
    photo = io.BytesIO()
    Image.new("RGB", (400, 300), "green").save(photo, "JPEG")
    headers = citizen | {"Content-Type": "image/jpeg"}
    sent = await fair.client.post("/v1/me/photos", content=photo.getvalue(), headers=headers)
    evidence = {"tier": "E4", "photo": sent.json()["sha256"], "lat": 30.65, "lon": 104.06}
    waiting = (await fair.act(citizen, "clean_plate", evidence=evidence)).json()

    document = (await fair.client.get("/v1/me/export", headers=citizen)).json()
    assert document["donations"] == (await walk(fair, "/donations", citizen, 100))
    assert [(each["action_id"], each["claim_state"]) for each in document["claims"]] == [
        (kept["id"], "donated")
    ]
    assert [(each["action_id"], each["reason"]) for each in document["reversals"]] == [
        (taken["id"], reversal["reason"])
    ]
    assert [(each["id"], each["why"], each["state"]) for each in document["reviews"]] == [
        (waiting["id"], "photo", "pending")
    ]
    assert [(each["sha256"], each["used_by"]) for each in document["photos"]] == [
        (sent.json()["sha256"], waiting["id"])
    ]
    assert len(document["sessions"]) == 1
    # No staff member is told, and nothing that opens a door.
    assert "decided_by" not in str(document)
    assert "token" not in str(document)


# Where the rows of each table that names a citizen stand in their export.
PART_OF_EXPORT = {
    **{table: table for table in ("actions", "attendances", "claims", "consents", "donations", "identities")},
    **{table: table for table in ("medals", "notices", "photos", "redemptions", "reversals", "reviews")},
    **{
        table: table
        for table in ("source_grants", "subscriptions", "passes", "certificate_names", "complaints")
    },
    "citizen_passkeys": "passkeys",
    "offsets": "attendances",
    "guardian_consents": "guardians",
    "partner_items": "reported",
    "profiles": "profile",
    "quiz_answers": "quizzes",
    "pending_points": "pending_points",
    "pending_point_ends": "pending_points",
    "team_members": "teams",
    "journey_revisions": "journey_revisions",
    "offset_waits": "offset_waits",
    "offset_wait_ends": "offset_waits",
    "offset_changes": "offset_changes",
    "offset_releases": "offset_releases",
    "offset_payments": "offset_payments",
    "transfers": "points",
    "lots": "points",
    "name_reports": "name_reports",
    "companions": "companions",
    "vouchers": "redemptions",
    "guests": "identities",
    "account_moves": "account_moves",
    "personal_periods": "personal_periods",
    "verifications": "redemptions",
}
NOT_EXPORTED = {
    "merged_accounts": "where the moves that are in it led",
    "certificate_links": "secrets of links, which the list of certificates shows",
    "review_opinions": "what reviewers, who are persons too, thought before the decision that is in it",
    "staff_citizens": "which members of staff are asked about no review of the citizen: themselves",
    "action_sums": "sums of actions that are in it",
    "idempotency_keys": "first answers of the last days about what is in it",
    "personal_period_months": "months of the periods that are in it",
    "binding_codes": "hashed, and good for ten minutes",
    "guardian_codes": "hashed, and good for a quarter of an hour",
    "outbox": "notices on their way, which are in it",
}


async def test_no_table_that_names_a_citizen_is_forgotten_by_the_export(
    fair: Service, rows: asyncpg.Connection
) -> None:
    tables = {
        row["table_name"]
        for row in await rows.fetch(
            "SELECT c.table_name FROM information_schema.columns c JOIN information_schema.tables t "
            "USING (table_schema, table_name) WHERE table_schema = 'public' "
            "AND column_name IN ('citizen_id', 'guardian_id', 'reporter_id') AND table_type = 'BASE TABLE'"
        )
    }
    assert tables == PART_OF_EXPORT.keys() | NOT_EXPORTED.keys()
    document = await get(fair, "/export", await fair.citizen())
    assert set(PART_OF_EXPORT.values()) <= document.keys()


async def test_erasing_destroys_what_identifies_and_keeps_the_amounts(
    fair: Service, rows: asyncpg.Connection
) -> None:
    name = "要走的人"
    citizen = await busy_citizen(fair, name)
    id_ = (await get(fair, "", citizen))["id"]
    number = (await walk(fair, "/certificates", citizen, 1))[0]["number"]
    tokens = (await fair.post("/v1/sessions", {"provider": "demo", "code": name})).json()
    sums = await rows.fetchrow("SELECT sum(balance), count(*) FROM accounts")

    gone = await fair.client.delete("/v1/me", headers=citizen)
    assert gone.status_code == 200

    refused = await fair.client.get("/v1/me", headers=citizen)
    assert (refused.status_code, refused.json()["code"]) == (401, "session_revoked")
    refreshed = await fair.post("/v1/sessions/refresh", {"refresh_token": tokens["refresh_token"]})
    assert refreshed.status_code == 401
    # Another process, or another device here, learns of it at its next look.
    await fair.components.sessions.load_revoked()
    elsewhere = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await fair.client.get("/v1/me", headers=elsewhere)).status_code == 401

    tables = await rows.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    for row in tables:
        statement = f"SELECT 1 FROM {row['tablename']} t WHERE position($1 in t::text) > 0"  # noqa: S608
        found = await rows.fetch(statement, name)
        assert not found, row["tablename"]
    assert await rows.fetchval("SELECT count(*) FROM identities WHERE citizen_id = $1", id_) == 0
    assert await rows.fetchval("SELECT count(*) FROM attendances WHERE citizen_id = $1", id_) == 3
    assert await rows.fetchrow("SELECT sum(balance), count(*) FROM accounts") == sums
    assert (await fair.client.get(f"/v1/certificates/{number}")).status_code == 200

    again = await fair.post("/v1/sessions", {"provider": "demo", "code": name})
    assert again.json()["citizen"]["id"] != id_
    fresh = {"Authorization": f"Bearer {again.json()['access_token']}"}
    assert (await get(fair, "/summary", fresh))["balance"] == 0
    findings = await audit_database(fair.components.database, fair.settings)
    assert [finding for finding in findings if finding.is_broken] == []
