"""Files as people really send them, at the routes that take files: which was taken is said, mistakes have pointers."""

from __future__ import annotations

from typing import Any

import pytest

from tests.badging import CSV, ask, ended, table
from tests.domain.imports.workbooks import SIX_DIGITS, error, number, workbook
from tests.service import Service

HEADER = "category,holder_ref,label,alias"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def send(
    service: Service, content: bytes, media_type: str = "text/csv", path: str = "badge-imports"
) -> Any:
    headers = await service.staff("organiser") | {"Content-Type": media_type, "Accept-Language": "en"}
    return await service.client.post(f"/v1/events/fair/{path}", content=content, headers=headers)


@pytest.mark.parametrize("media_type", [XLSX, "application/octet-stream"])
async def test_a_spreadsheet_becomes_badges(service: Service, media_type: str) -> None:
    await service.event()
    rows = [
        ["类别", "Holder Ref", "ＬＡＢＥＬ", "腕带"],
        ["local", number(1001), "张三", ""],
        ["", number(7, SIX_DIGITS)],
    ]
    answer = await send(service, workbook(rows), media_type)
    assert answer.status_code == 202, answer.text
    done = await ended(service, answer.json()["id"])
    assert (done["state"], done["file"]["format"], done["file"]["sheet"]) == ("done", "xlsx", "名单")
    assert "holder_ref" in done["file"]["notes"][0]["en"]
    items = (await ask(service, "badges")).json()["items"]
    assert [(item["holder_ref"], item["label"]) for item in items] == [("1001", "张三"), ("000007", None)]


async def test_a_category_is_taken_by_its_code_and_by_its_name_in_either_language(service: Service) -> None:
    await service.event()
    written = ["local", "本地", "省内", "NATIONAL", "International", "境外", " 国内 "]
    rows = table(*(f"{category},A-{at},," for at, category in enumerate(written)))
    answer = await send(service, rows.replace(b"category", "类别".encode()))
    assert (await ended(service, answer.json()["id"]))["state"] == "done", answer.text
    items = (await ask(service, "badges")).json()["items"]
    assert [item["category"] for item in items] == [
        *("local", "local", "province", "national"),
        *("international", "international", "national"),
    ]


async def test_the_encoding_that_was_taken_is_said(service: Service) -> None:
    await service.event()
    content = table("local;A-1;张三;", header=HEADER.replace(",", ";")).decode().encode("utf-16")
    answer = await send(service, content, "application/vnd.ms-excel")
    file = (await ended(service, answer.json()["id"]))["file"]
    assert (file["encoding"], file["separator"]) == ("UTF-16LE", "semicolon")
    assert file["text"]["en"] == "Read as UTF-16LE, with semicolons between the cells."


async def test_each_mistake_of_a_file_has_its_pointer(service: Service) -> None:
    await service.event()
    rows = [
        HEADER.split(","),
        ["local", error(), "＝1+1", ""],
        ["vip", "8.61235E+17", "x", number("123456789012345678")],
    ]
    answer = await send(service, workbook(rows), XLSX)
    assert (answer.status_code, answer.json()["code"]) == (422, "badge_rows_broken")
    found = [(each["pointer"], each["code"]) for each in answer.json()["errors"]]
    assert found == [
        ("/rows/2/holder_ref", "error"),
        ("/rows/3/holder_ref", "scientific"),
        ("/rows/3/alias", "digits_lost"),
    ]
    single = await send(service, table("local,A-1,＝1+1,", "vip,A-2,,"))
    assert [each["pointer"] for each in single.json()["errors"]] == ["/rows/2/label", "/rows/3/category"]


async def test_a_broken_byte_has_its_pointer_too(service: Service) -> None:
    await service.event()
    content = b"\xef\xbb\xbf" + table("local,A-1,").replace(b"A-1,", b"A-1,\xe5\x9bx,")
    answer = await send(service, content)
    assert answer.json()["code"] == "badge_file_unreadable"
    assert answer.json()["detail"].startswith("Row 2, column C (byte 47, value E5) is no valid UTF-8")
    assert answer.json()["errors"][0]["pointer"] == "/rows/2/C"


@pytest.mark.parametrize("printed", ["№ 000002", "No 000002", "no.2", "２", "2.0", "#2"])
async def test_a_serial_is_taken_as_it_is_printed(service: Service, printed: str) -> None:
    await service.event()
    await service.badges(2)
    answer = await send(service, table(printed, header="serial"), path="badge-revocations?reason=x")
    assert (answer.status_code, answer.json()["revoked"]) == (200, 1), answer.text


async def test_rows_of_empty_cells_are_no_badges(service: Service) -> None:
    await service.event()
    answer = await send(service, table("local,A-1,A,", ",,,", "\u3000,\xa0,,", ",,,"))
    assert (await ended(service, answer.json()["id"]))["rows_total"] == 1
    assert CSV
