"""Badges one by one: found, ended, replaced, bound to a wristband, drawn by WeChat."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import asyncpg
import pytest
import zxingcpp
from PIL import Image

from backend.domain.qr_codes import CodeKeys
from backend.errors import CodeForged
from tests.badging import CSV, ask, imported, table, tell
from tests.outside.wechat_server import APPID, SECRET, WeChatServer
from tests.service import Service, open_service

WHY = {"reason": "lost at the gate"}


@pytest.fixture
async def fair(service: Service) -> Service:
    """A fair with five badges."""
    await service.event()
    rows = ("local,A-01,看台 3 排,04A2B3C4", "local,A-02,,", "national,B-01,Stand 7,", ",,Spare,", ",B-02,,")
    await imported(service, table(*rows))
    return service


async def serials(service: Service, **query: Any) -> list[int]:
    return [item["serial"] for item in (await ask(service, "badges", **query)).json()["items"]]


async def test_badges_are_found_by_what_staff_know_of_them(fair: Service) -> None:
    assert await serials(fair, query="a-0") == [1, 2]
    assert await serials(fair, query="2") == [2]
    assert await serials(fair, query="04:a2:b3:c4") == [1]
    assert await serials(fair, query="看台") == [1]
    assert await serials(fair, query="STAND") == [3]
    assert await serials(fair, query="%") == []
    assert await serials(fair, category="national") == [3]
    assert await serials(fair, query="B-", category="local") == []


async def test_badges_are_found_by_their_state(fair: Service) -> None:
    badge = (await ask(fair, "badges/2")).json()
    await fair.scan(badge["code"], await fair.citizen())
    await tell(fair, "badges/3/revocation", WHY)
    assert await serials(fair, state="used") == [2]
    assert await serials(fair, state="revoked") == [3]
    assert await serials(fair, state="free") == [1, 4, 5]


async def test_the_list_has_pages(fair: Service) -> None:
    first = (await ask(fair, "badges", limit=3)).json()
    rest = (await ask(fair, "badges", limit=3, cursor=first["next_cursor"])).json()
    assert [item["serial"] for item in (*first["items"], *rest["items"])] == [1, 2, 3, 4, 5]
    assert rest["next_cursor"] is None


@pytest.mark.parametrize(
    "query", [{"state": "lost"}, {"category": "vip"}, {"cursor": "x"}, {"query": "x" * 81}]
)
async def test_a_query_that_makes_no_sense_is_refused(fair: Service, query: dict[str, str]) -> None:
    assert (await ask(fair, "badges", **query)).json()["code"] == "invalid_query"


async def test_a_revoked_badge_lets_nobody_in(fair: Service) -> None:
    badge = (await ask(fair, "badges/1")).json()
    revoked = (await tell(fair, "badges/1/revocation", WHY)).json()
    assert (revoked["state"], revoked["revoked_why"]) == ("revoked", WHY["reason"])
    assert (await fair.scan(badge["code"], await fair.citizen())).json()["code"] == "badge_revoked"


async def test_revoking_twice_changes_nothing(fair: Service, owner: asyncpg.Connection) -> None:
    first = (await tell(fair, "badges/1/revocation", WHY)).json()
    assert (await tell(fair, "badges/1/revocation", {"reason": "another"})).json() == first
    assert await owner.fetchval("SELECT count(*) FROM staff_actions WHERE action = 'badges.revoke'") == 1


async def test_a_lost_badge_is_replaced_and_its_finder_stays_outside(fair: Service) -> None:
    old = (await ask(fair, "badges/1")).json()
    made = await tell(fair, "badges/1/reissue", WHY)
    assert made.status_code == 201
    new = made.json()
    assert (new["serial"], new["category"], new["holder_ref"], new["label"]) == (
        6,
        "local",
        "A-01",
        "看台 3 排",
    )
    assert new["alias"] is None
    assert (await ask(fair, "badges/1")).json()["reissued_as"] == 6
    assert (await fair.scan(old["code"], await fair.citizen())).json()["code"] == "badge_revoked"
    assert (await fair.scan(new["code"], await fair.citizen())).status_code == 201
    again = await tell(fair, "badges/1/reissue", WHY)
    assert (again.status_code, again.json()["code"]) == (409, "badge_reissued")
    assert "6" in again.json()["detail"]


async def test_a_revoked_badge_can_be_replaced(fair: Service) -> None:
    await tell(fair, "badges/2/revocation", {"reason": "stolen"})
    assert (await tell(fair, "badges/2/reissue", WHY)).json()["serial"] == 6
    assert (await ask(fair, "badges/2")).json()["revoked_why"] == "stolen"


async def test_a_reference_belongs_to_one_badge_and_those_it_replaced(fair: Service) -> None:
    await tell(fair, "badges/1/reissue", WHY)
    await tell(fair, "badges/6/reissue", WHY)
    assert await serials(fair, query="A-01") == [1, 6, 7]
    answer = await fair.client.post(
        "/v1/events/fair/badge-imports",
        content=table("local,A-01,,"),
        headers=await fair.staff("organiser") | CSV,
    )
    assert answer.json()["code"] == "badge_rows_broken"


async def test_many_badges_end_or_are_replaced_by_a_file(fair: Service) -> None:
    headers = await fair.staff("organiser") | CSV
    path = "/v1/events/fair/badge-revocations?reason=stolen+box"
    content = table("3", "1", "3", header="serial")
    answer = await fair.client.post(path, content=content, headers=headers)
    assert answer.json().items() >= {"revoked": 2, "already_revoked": 0}.items()
    assert answer.json()["file"]["encoding"] == "UTF-8"
    answer = await fair.client.post(path, content=content, headers=headers)
    assert answer.json().items() >= {"revoked": 0, "already_revoked": 2}.items()
    path = "/v1/events/fair/badge-reissues?reason=stolen+box"
    answer = await fair.client.post(path, content=content, headers=headers)
    assert answer.status_code == 201
    assert answer.json().items() >= {"reissued": 2, "serial_from": 6, "serial_to": 7}.items()
    assert [(await ask(fair, f"badges/{n}")).json()["reissued_as"] for n in (3, 1)] == [6, 7]


@pytest.mark.parametrize("path", ["badge-revocations", "badge-reissues"])
async def test_a_file_with_an_unknown_serial_changes_nothing(fair: Service, path: str) -> None:
    headers = await fair.staff("organiser") | CSV
    for content, code in (
        (table("1", "99", header="serial"), "badge_serials_unknown"),
        (table("1", "one", header="serial"), "badge_serials_broken"),
        (table("1", "99999999999", header="serial"), "badge_serials_broken"),
        (table(header="serial"), "badge_file_unreadable"),
    ):
        answer = await fair.client.post(f"/v1/events/fair/{path}?reason=x", content=content, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    answer = await fair.client.post(f"/v1/events/fair/{path}", content=b"serial\r\n1\r\n", headers=headers)
    assert answer.json()["code"] == "invalid_query"
    assert await serials(fair, state="free") == [1, 2, 3, 4, 5]


async def test_a_wristband_leads_to_its_badge(fair: Service) -> None:
    bound = await tell(fair, "badges/2/alias", {"alias": "5e-6f 70:81", **WHY})
    assert bound.json()["alias"] == "5E6F7081"
    found = await ask(fair, "badges/by-alias/5e:6f:70:81")
    assert found.json()["serial"] == 2
    assert (await ask(fair, "badges/by-alias/5e6f7082")).json()["code"] == "badge_not_found"
    assert (await ask(fair, "badges/by-alias/5e")).json()["code"] == "badge_alias_malformed"
    taken = await tell(fair, "badges/3/alias", {"alias": "5E6F7081", **WHY})
    assert (taken.status_code, taken.json()["code"]) == (409, "badge_alias_taken")


async def test_a_revoked_badge_lets_go_of_its_wristband(fair: Service) -> None:
    await tell(fair, "badges/1/reissue", WHY)
    assert (await tell(fair, "badges/6/alias", {"alias": "04A2B3C4", **WHY})).status_code == 200
    assert (await ask(fair, "badges/by-alias/04A2B3C4")).json()["serial"] == 6
    refused = await tell(fair, "badges/1/alias", {"alias": "AAAA", **WHY})
    assert (refused.status_code, refused.json()["code"]) == (409, "badge_invalid")


async def test_what_staff_do_with_a_badge_is_recorded(fair: Service, owner: asyncpg.Connection) -> None:
    await tell(fair, "badges/1/reissue", WHY)
    await tell(fair, "badges/6/alias", {"alias": "AABBCC", **WHY})
    await tell(fair, "badges/2/revocation", WHY)
    found = await owner.fetch(
        "SELECT action, reason FROM staff_actions WHERE action LIKE 'badge%' ORDER BY at"
    )
    assert [row["action"] for row in found][1:] == ["badges.reissue", "badge.bind", "badges.revoke"]
    assert {row["reason"] for row in found[1:]} == {WHY["reason"]}


@pytest.mark.parametrize("path", ["badges/99", "badges/0", "badges/x", "badges/99/wxacode.png"])
async def test_a_badge_that_is_not_there_is_not_found(fair: Service, path: str) -> None:
    assert (await ask(fair, path)).json()["code"] == "badge_not_found"


async def test_keys_of_badges_are_exchanged_with_overlap() -> None:
    old, new = b"o" * 32, b"n" * 32
    printed = CodeKeys({"a": old}).badge("AB0YZ", 7)
    overlapping = CodeKeys({"b": new, "a": old})
    now = datetime.now(UTC)
    assert overlapping.read(printed, now).badge_serial == 7
    fresh = overlapping.badge("AB0YZ", 7)
    assert fresh != printed
    assert overlapping.read(fresh, now).badge_serial == 7
    with pytest.raises(CodeForged):
        CodeKeys({"b": new}).read(printed, now)


async def test_badges_printed_before_a_change_of_keys_are_taken(fair: Service) -> None:
    printed = (await ask(fair, "badges/1")).json()["code"]
    old = fair.settings.code_keys
    changed = replace(fair.settings, code_keys=f"n:{'n' * 40},{old}")
    async with open_service(changed) as later:
        assert (await ask(later, "badges/1")).json()["code"] != printed
        assert (await later.scan(printed, await later.citizen())).status_code == 201


# Mini-program codes


@pytest.fixture
async def server() -> AsyncIterator[WeChatServer]:
    async with WeChatServer() as running:
        yield running


@pytest.fixture
async def drawing(fair: Service, server: WeChatServer, tmp_path: Any) -> AsyncIterator[Service]:
    """The fair, with a mini-program."""
    settings = replace(
        fair.settings,
        wechat_base_url=server.base_url,
        wechat_appid=APPID,
        wechat_secret=SECRET,
        wechat_page="pages/scan/scan",
        files_dir=str(tmp_path),
    )
    async with open_service(settings) as running:
        yield running


async def test_wechat_draws_a_badges_code_once(drawing: Service, server: WeChatServer) -> None:
    badge = (await ask(drawing, "badges/3")).json()
    pictures = [await ask(drawing, "badges/3/wxacode.png") for _ in range(3)]
    assert {picture.headers["content-type"] for picture in pictures} == {"image/png"}
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(pictures[0].content)).convert("L"))
    assert [each.text for each in read] == [badge["code"]]
    asked = [each for each in server.asked if each.path == "/wxa/getwxacodeunlimit"]
    assert len(asked) == 1
    assert asked[0].body["scene"] == badge["code"]
    assert asked[0].body["page"] == "pages/scan/scan"


WECHAT_SAYS = [
    (-1, 503, "wx_code_busy"),
    (45009, 503, "wx_code_busy"),
    (41030, 409, "wx_page_unknown"),
    (40129, 500, "wx_code_refused"),
    (40169, 500, "wx_code_refused"),
    (45063, 500, "wx_code_refused"),
]


@pytest.mark.parametrize(("errcode", "status", "code"), WECHAT_SAYS)
async def test_what_wechat_refuses_is_told_and_not_kept(
    drawing: Service, server: WeChatServer, errcode: int, status: int, code: str
) -> None:
    server.fail_with(errcode)
    answer = await ask(drawing, "badges/1/wxacode.png")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert (await ask(drawing, "badges/1/wxacode.png")).status_code == 200


async def test_a_token_that_ended_is_asked_for_again(drawing: Service, server: WeChatServer) -> None:
    await ask(drawing, "badges/1/wxacode.png")
    server.end_token()
    assert (await ask(drawing, "badges/2/wxacode.png")).status_code == 200


@pytest.mark.parametrize(
    "body", [b"", b"\x89PNG\r\n\x1a\nnot a picture", b"<html>", b"\xff\xd8\xff" * 400_000]
)
async def test_what_is_no_picture_is_not_handed_on(
    drawing: Service, server: WeChatServer, body: bytes
) -> None:
    server.answer_with(body)
    assert (await ask(drawing, "badges/1/wxacode.png")).json()["code"] == "wx_code_busy"


async def test_without_a_mini_program_there_are_no_such_codes(fair: Service) -> None:
    assert (await ask(fair, "badges/1/wxacode.png")).json()["code"] == "mini_codes_off"
