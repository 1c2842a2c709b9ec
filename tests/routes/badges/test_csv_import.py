"""Badges of a CSV file: all of them or none, told row by row, and never twice."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from backend.services.badges import csv_import
from tests.badging import ask, ended, imported, send_file, table
from tests.service import Service

ROWS = ("local,A-01,1 排 2 座,04:a2:b3:c4", "national,A-02,,", "local,,,", "international,A-04,贵宾 VIP,")


async def test_a_file_becomes_badges_in_its_order(service: Service) -> None:
    await service.event()
    await service.badges(2)
    answer = await send_file(service, table(*ROWS))
    assert answer.status_code == 202
    done = await ended(service, answer.json()["id"])
    assert (done["state"], done["rows_total"], done["rows_done"]) == ("done", 4, 4)
    assert (done["serial_from"], done["serial_to"]) == (3, 6)
    items = (await ask(service, "badges")).json()["items"]
    told = [(b["serial"], b["category"], b["holder_ref"], b["label"], b["alias"]) for b in items]
    assert told == [
        (1, None, None, None, None),
        (2, None, None, None, None),
        (3, "local", "A-01", "1 排 2 座", "04A2B3C4"),
        (4, "national", "A-02", None, None),
        (5, "local", None, None, None),
        (6, "international", "A-04", "贵宾 VIP", None),
    ]
    assert all(b["state"] == "free" for b in items)


async def test_a_badge_of_a_file_can_be_scanned(service: Service) -> None:
    await service.event()
    await imported(service, table(*ROWS))
    badge = (await ask(service, "badges/4")).json()
    joined = await service.scan(badge["url"], await service.citizen())
    assert joined.status_code == 201
    assert (await ask(service, "badges/4")).json()["state"] == "used"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_file_may_be_written_as_spreadsheets_write_it(service: Service, encoding: str) -> None:
    await service.event()
    await imported(service, table("local,A-1,成都大运会　看台𠮷,").decode().encode(encoding))
    assert (await ask(service, "badges/1")).json()["label"] == "成都大运会　看台𠮷"


async def test_columns_may_stand_in_any_order_and_be_left_out(service: Service) -> None:
    await service.event()
    await imported(service, table("A-1,local", header="holder_ref,Category"))
    badge = (await ask(service, "badges/1")).json()
    assert (badge["holder_ref"], badge["category"]) == ("A-1", "local")


async def test_the_same_file_is_the_same_import(service: Service) -> None:
    await service.event()
    first = await imported(service, table(*ROWS))
    again = await send_file(service, table(*ROWS))
    assert (again.status_code, again.json()) == (200, first)
    at_once = await asyncio.gather(*(send_file(service, table("local,B-1,,")) for _ in range(3)))
    assert len({answer.json()["id"] for answer in at_once}) == 1
    await ended(service, at_once[0].json()["id"])
    assert len((await ask(service, "badges")).json()["items"]) == len(ROWS) + 1


BROKEN = [
    ("vip,A-1,,", "category", "category"),
    ("local,座 1,,", "holder_ref", "ref_form"),
    ("local,13800138000,,", "holder_ref", "personal"),
    ("local,510104199003071234,,", "holder_ref", "personal"),
    ("local,A-1,电话 13800138000,", "label", "personal"),
    ("local,A-1,电话 １３８００１３８０００,", "label", "personal"),
    ("local,A-1," + "长" * 41 + ",", "label", "label_long"),
    ("local,A-1,=HYPERLINK(1),", "label", "calculated"),
    ("local,A-1,a\u202eb,", "label", "label_form"),
    ("local,A-1,,04", "alias", "alias_form"),
    ("local,A-1,,BdAB0YZ.1.abcdefghijkl", "alias", "alias_form"),
    ("local,A-1,,,more", "?", "columns"),
    ("local,B-0,,", "holder_ref", "repeated"),
    ('local,"A-1,,', "?", "cut"),
    ('local,"A"-1,,', "?", "unreadable"),
    ("local,A-1,a\0b,", "label", "control"),
    ("local,A-1\0,,", "holder_ref", "control"),
]


@pytest.mark.parametrize(("row", "column", "code"), BROKEN)
async def test_a_broken_row_is_named_and_nothing_is_imported(
    service: Service, row: str, column: str, code: str
) -> None:
    await service.event()
    answer = await send_file(service, table("local,B-0,,", row))
    assert (answer.status_code, answer.json()["code"]) == (422, "badge_rows_broken")
    import_id = answer.json()["facts"]["import_id"]
    assert import_id not in answer.json()["detail"]
    kept = (await ask(service, f"badge-imports/{import_id}")).json()
    assert (kept["state"], kept["why"], kept["errors_total"]) == ("failed", "rows_broken", 1)
    error = kept["errors"][0]
    assert (error["row"], error["column"], error["code"]) == (3, column, code)
    assert error["reason"]["zh-CN"]
    assert error["reason"]["en"]
    assert (await ask(service, "badges")).json()["items"] == []


async def test_a_hundred_broken_rows_are_named_of_any_number(service: Service) -> None:
    await service.event()
    answer = await send_file(service, table(*(f"vip,A-{n},," for n in range(300))))
    assert answer.status_code == 422
    kept = (await ask(service, "badge-imports")).json()["items"][0]
    assert (kept["errors_total"], len(kept["errors"])) == (300, 100)


async def test_a_file_put_right_is_taken(service: Service) -> None:
    await service.event()
    assert (await send_file(service, table("vip,A-1,,"))).status_code == 422
    done = await imported(service, table("local,A-1,,"))
    assert done["state"] == "done"


async def test_what_another_badge_has_is_named(service: Service) -> None:
    await service.event()
    await imported(service, table("local,A-1,,04A2B3C4"))
    answer = await send_file(service, table("local,A-2,,", "local,A-1,,", "local,A-3,,04-a2-b3-c4"))
    assert answer.json()["code"] == "badge_rows_broken"
    kept = (await ask(service, "badge-imports")).json()["items"][0]
    found = [(error["row"], error["column"], error["code"]) for error in kept["errors"]]
    assert found == [(3, "holder_ref", "taken"), (4, "alias", "taken")]
    assert len((await ask(service, "badges")).json()["items"]) == 1


UNREADABLE = [
    b"",
    b"category,name\r\nlocal,x\r\n",
    b"category,category\r\nlocal,local\r\n",
    b"category,holder_ref\r\n",
    b"\xff\xfe" + "category\r\nlocal\r\n".encode("utf-16-le")[:-1],
    b"category\r\n\xff\xff\xff\r\n",
]


@pytest.mark.parametrize("content", UNREADABLE)
async def test_what_is_no_table_of_badges_is_refused(service: Service, content: bytes) -> None:
    await service.event()
    answer = await send_file(service, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "badge_file_unreadable")
    assert (await ask(service, "badge-imports")).json()["items"] == []


async def test_a_hundred_thousand_and_one_rows_are_refused(service: Service) -> None:
    await service.event()
    content = table(*(f"local,R-{n},," for n in range(100_001)))
    answer = await send_file(service, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "badge_file_unreadable")
    assert "100001" not in answer.text
    assert (await ask(service, "badges")).json()["items"] == []


async def test_an_event_is_full_at_a_hundred_thousand_badges(
    service: Service, owner: asyncpg.Connection
) -> None:
    event = await service.event()
    await owner.execute(
        "INSERT INTO badges (event_id, serial) SELECT $1::uuid, n FROM generate_series(1, 99999) n",
        event["id"],
    )
    full = await imported(service, table("local,A-1,,", "local,A-2,,"))
    assert (full["state"], full["why"], full["rows_done"]) == ("failed", "limit", 0)
    assert full["why_text"]["en"]
    assert (await imported(service, table("local,A-1,,")))["serial_from"] == 100_000
    # A lost badge is replaced at a full event too, and makes room for no other one.
    reissued = await service.post(
        "/v1/events/fair/badges/5/reissue", {"reason": "lost"}, await service.staff("organiser")
    )
    assert reissued.json()["serial"] == 100_001
    more = await service.post("/v1/events/fair/badges", {"count": 1}, await service.staff("organiser"))
    assert more.json()["code"] == "badge_limit"


async def test_progress_is_seen_while_a_file_is_stored(
    service: Service, owner: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_import, "ROWS_AT_ONCE", 50)
    monkeypatch.setattr(csv_import, "PROGRESS_EVERY_S", 0.01)
    event = await service.event()
    # One reference is held by a transaction of somebody else: the file waits in the middle.
    holding = owner.transaction()
    await holding.start()
    await owner.execute(
        "INSERT INTO badges (event_id, serial, holder_ref) VALUES ($1, 100000, 'A-120')", event["id"]
    )
    begun = (await send_file(service, table(*(f"local,A-{n},," for n in range(200))))).json()
    async with asyncio.timeout(10):
        while True:
            told = (await ask(service, f"badge-imports/{begun['id']}")).json()
            if told["rows_done"] >= 100:
                break
            await asyncio.sleep(0.01)
    assert (told["state"], told["rows_done"], told["rows_total"]) == ("running", 100, 200)
    assert (await ask(service, "badges")).json()["items"] == []
    await holding.rollback()
    assert (await ended(service, begun["id"]))["state"] == "done"
    assert len((await ask(service, "badges", limit=100)).json()["items"]) == 100


async def test_a_file_that_was_interrupted_leaves_nothing_and_may_be_sent_again(
    service: Service, owner: asyncpg.Connection
) -> None:
    event = await service.event()
    holding = owner.transaction()
    await holding.start()
    await owner.execute(
        "INSERT INTO badges (event_id, serial, holder_ref) VALUES ($1, 100000, 'A-2')", event["id"]
    )
    content = table("local,A-1,,", "local,A-2,,")
    begun = (await send_file(service, content)).json()
    await asyncio.sleep(0.3)
    await service.components.badge_imports.stop()
    await holding.rollback()
    told = (await ask(service, f"badge-imports/{begun['id']}")).json()
    assert (told["state"], told["why"]) == ("failed", "interrupted")
    assert (await ask(service, "badges")).json()["items"] == []
    again = await send_file(service, content)
    assert (again.status_code, again.json()["id"]) == (202, begun["id"])
    done = await ended(service, begun["id"])
    assert (done["state"], done["serial_from"], done["serial_to"]) == ("done", 1, 2)


async def test_a_file_whose_process_died_is_said_to_be_interrupted(
    service: Service, owner: asyncpg.Connection
) -> None:
    await service.event()
    first = await imported(service, table("local,A-1,,"))
    await owner.execute("DELETE FROM badges")
    await owner.execute(
        """UPDATE badge_imports SET state = 'running', serial_from = NULL, serial_to = NULL, ended_at = NULL,
           alive_until = now() - interval '1 second'"""
    )
    told = (await ask(service, f"badge-imports/{first['id']}")).json()
    assert (told["state"], told["why"], told["rows_done"]) == ("failed", "interrupted", 0)
    done = await imported(service, table("local,A-1,,"))
    assert (done["id"], done["state"]) == (first["id"], "done")


async def test_a_run_that_was_given_up_can_no_longer_end(service: Service, owner: asyncpg.Connection) -> None:
    event = await service.event()
    holding = owner.transaction()
    await holding.start()
    await owner.execute(
        "INSERT INTO badges (event_id, serial, holder_ref) VALUES ($1, 100000, 'A-1')", event["id"]
    )
    begun = (await send_file(service, table("local,A-1,,"))).json()
    await asyncio.sleep(0.3)
    other = await asyncpg.connect(service.settings.owner_database_url)
    await other.execute(
        "UPDATE badge_imports SET state = 'failed', why = 'interrupted', attempt = attempt + 1"
    )
    await other.close()
    await holding.rollback()
    await asyncio.gather(*service.components.badge_imports._tasks)
    told = (await ask(service, f"badge-imports/{begun['id']}")).json()
    assert (told["state"], told["why"]) == ("failed", "interrupted")
    assert (await ask(service, "badges")).json()["items"] == []


async def test_scans_go_on_while_a_file_is_stored(service: Service, owner: asyncpg.Connection) -> None:
    event = await service.event()
    badge = (await service.badges(1))[0]
    holding = owner.transaction()
    await holding.start()
    await owner.execute(
        "INSERT INTO badges (event_id, serial, holder_ref) VALUES ($1, 100000, 'A-1')", event["id"]
    )
    begun = (await send_file(service, table("local,A-1,,"))).json()
    await asyncio.sleep(0.3)
    assert (await service.scan(badge["code"], await service.citizen())).status_code == 201
    await holding.rollback()
    assert (await ended(service, begun["id"]))["state"] == "done"


async def test_files_are_for_those_who_run_the_event(service: Service, owner: asyncpg.Connection) -> None:
    await service.event()
    assert (await send_file(service, table(*ROWS), role="regulator")).status_code == 403
    await service.staff("operator")
    await owner.execute("UPDATE events SET created_by = (SELECT id FROM staff WHERE role = 'operator')")
    answer = await send_file(service, table(*ROWS))
    assert answer.json()["code"] == "event_not_found"
    assert (await send_file(service, table(*ROWS), role="operator")).status_code == 202
    path = "/v1/events/fair/badge-imports"
    headers = await service.staff("organiser")
    assert (await service.client.get(path, headers=headers)).json()["code"] == "event_not_found"


async def test_a_closed_event_takes_no_file(service: Service, owner: asyncpg.Connection) -> None:
    await service.event()
    await owner.execute("UPDATE events SET state = 'closed'")
    assert (await send_file(service, table(*ROWS))).json()["code"] == "event_closed"


async def test_what_was_imported_is_recorded(service: Service, owner: asyncpg.Connection) -> None:
    await service.event()
    done = await imported(service, table(*ROWS))
    row: Any = await owner.fetchrow("SELECT * FROM staff_actions WHERE action = 'badges.import'")
    assert row["subject"] == "fair"
    assert done["id"] in row["after"]


async def test_files_are_listed_newest_first(service: Service) -> None:
    await service.event()
    ids = [(await imported(service, table(f"local,A-{n},,")))["id"] for n in range(3)]
    first = (await ask(service, "badge-imports", limit=2)).json()
    assert [item["id"] for item in first["items"]] == [ids[2], ids[1]]
    rest = (await ask(service, "badge-imports", limit=2, cursor=first["next_cursor"])).json()
    assert [item["id"] for item in rest["items"]] == [ids[0]]
