"""CSV files of activity data: all rows or none, every mistake by row and column, old templates refused."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from tests.domain.imports.workbooks import DAY, number, workbook
from tests.routes.filing import send
from tests.service import Json, Service

HEADER = (
    "phase,source,meter,quantity,unit,period_from,period_until,"
    "factor_id,factor_value,factor_unit,factor_source,quality,document_id,note"
)
FIRST = "tianfu-inventory,2026"
GOOD = "actual,electricity,M-{n},1000,kWh,2026-11-01,2026-11-02,grid-sichuan-2022,,,,1,,Hall"


def table(*rows: str, first: str = FIRST, header: str = HEADER) -> bytes:
    return "\r\n".join([first, header, *rows, ""]).encode()


async def bring(service: Service, content: bytes, role: str = "organiser") -> Any:
    headers = await service.staff(role) | {"Content-Type": "text/csv", "Accept-Language": "en"}
    return await service.client.post("/v1/events/fair/inventory-imports", content=content, headers=headers)


async def lines(service: Service) -> list[Json]:
    page = await service.client.get("/v1/events/fair/inventory", headers=await service.staff("organiser"))
    found: list[Json] = page.json()["items"]
    return found


async def test_a_file_is_stored_as_one_import_and_not_twice(service: Service) -> None:
    await service.event("fair")
    content = table(GOOD.format(n=1), "", GOOD.format(n=2))
    stored = await bring(service, content)
    assert stored.status_code == 201, stored.text
    assert (len(stored.json()["lines"]), stored.json()["emission_g"]) == (2, 280_800)
    assert {line["import_id"] for line in await lines(service)} == {stored.json()["import_id"]}
    again = await bring(service, content)
    assert (again.status_code, again.json()["code"]) == (422, "inventory_rows_broken")
    assert "Row 3, column period_from: the period of meter M-1 overlaps" in again.json()["detail"]
    assert len(await lines(service)) == 2


async def test_a_phase_and_a_source_are_taken_by_their_names_too(service: Service) -> None:
    await service.event("fair")
    row = GOOD.format(n=1).replace("actual,electricity", "实际,场馆用电")
    assert (await bring(service, table(row))).status_code == 201
    [line] = await lines(service)
    assert (line["phase"], line["source"]) == ("actual", "electricity")


async def test_nobody_waits_at_a_gate_while_a_file_is_stored(
    service: Service, owner: asyncpg.Connection
) -> None:
    await service.event("fair")
    [badge] = await service.badges(1)
    citizen = await service.citizen()
    async with owner.transaction():
        await owner.execute("LOCK TABLE inventory_lines IN ACCESS EXCLUSIVE MODE")
        stored = asyncio.create_task(bring(service, table(GOOD.format(n=1))))
        await asyncio.sleep(0.3)
        assert not stored.done()
        async with asyncio.timeout(2):
            assert (await service.scan(badge["code"], citizen)).status_code == 201
    assert (await stored).status_code == 201


async def test_two_files_at_one_moment_count_a_meter_once(service: Service) -> None:
    await service.event("fair")
    answers = await asyncio.gather(*(bring(service, table(GOOD.format(n=1))) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 5
    assert len(await lines(service)) == 1


async def test_the_template_is_a_file_that_can_be_imported(service: Service) -> None:
    await service.event("fair")
    answer = await service.client.get("/v1/events/fair/inventory-template.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf" + FIRST.encode())
    assert (await bring(service, answer.content)).status_code == 201
    # Spreadsheets in China write GB18030.
    chinese = answer.text.lstrip("\ufeff").replace("METER-1", "电表二").replace("Main hall", "主会场")
    assert (await bring(service, chinese.encode("gb18030"))).status_code == 201
    assert {line["meter"] for line in await lines(service)} == {"METER-1", "电表二"}


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (GOOD.replace("1000", "-5"), "Row 4, column quantity: a meter's reading is not negative (-5)"),
        (GOOD.replace("kWh", "kg"), "Row 4, column unit: the unit kg does not fit; these do: kWh, MWh"),
        (
            GOOD.replace("grid-sichuan-2022", "hsr-cn"),
            "Row 4, column factor_id: the factor's unit gCO2e/pkm does not fit the unit kWh",
        ),
        (GOOD.replace("M-{n}", "M-1"), "Row 4, column period_from: the period of meter M-1 overlaps"),
        (GOOD.replace("1000", "viel"), "Row 4, column quantity: it is a number"),
        (GOOD.replace("2026-11-01", "1. November"), "Row 4, column period_from: it is a day"),
        (GOOD.replace("actual", "dreamt"), "Row 4, column phase: it is one of planned, actual"),
        (GOOD.replace(",1,,Hall", ",9,,Hall"), "Row 4, column quality: it is one of 1, 2, 3, 4"),
        (GOOD.replace("Hall", "=1+1"), "Row 4, column note: it may not begin with ="),
        (GOOD.replace(",,,,1", ",5,,,1"), "Row 4, column factor_source: a factor of your own has"),
        (GOOD + ",more", "Row 4, column ?: it has more cells than the 14 columns"),
        ('actual,"electricity', "Row 4, column ?: the file breaks off here"),
        (GOOD.replace(",1,,Hall", ",1,nowhere,Hall"), "Row 4, column document_id: no document"),
    ],
)
async def test_a_mistake_is_named_by_row_and_column_and_nothing_is_stored(
    service: Service, row: str, where: str
) -> None:
    await service.event("fair")
    answer = await bring(service, table(GOOD.format(n=1), row.format(n=2)))
    assert (answer.status_code, answer.json()["code"]) == (422, "inventory_rows_broken"), answer.text
    assert where in answer.json()["detail"]
    assert await lines(service) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (table(GOOD, first="tianfu-inventory,2025"), "made from the template 2025; 2026 is in force"),
        (table(GOOD, first=HEADER), "Its first row is the template's version"),
        (table(GOOD, header="phase,colour"), "Row 1 has unknown columns: colour"),
        (table(), "It has no row"),
        (b"\xff\xff\xff\xfe", "is no UTF-8 and does not look like Chinese"),
    ],
)
async def test_what_is_no_such_file_is_refused_with_the_reason(
    service: Service, content: bytes, says: str
) -> None:
    await service.event("fair")
    answer = await bring(service, content)
    assert (answer.status_code, answer.json()["code"]) == (422, "inventory_file_unreadable"), answer.text
    assert says in answer.json()["detail"]


async def test_a_spreadsheet_of_activity_data_has_its_days_and_numbers(service: Service) -> None:
    await service.event("fair")
    line: list[str] = [*GOOD.format(n=1).split(",")]
    line[3], line[5], line[6], line[11] = number("1000"), number("46327", DAY), number("46328"), number("1")
    answer = await bring(service, workbook([FIRST.split(","), HEADER.split(","), line, [""], [""]]))
    assert answer.status_code == 201, answer.text
    assert answer.json()["file"]["format"] == "xlsx"
    [stored] = await lines(service)
    assert (stored["quantity"], stored["period_from"], stored["period_until"]) == (
        1000,
        "2026-11-01",
        "2026-11-02",
    )


async def test_each_mistake_has_its_pointer(service: Service) -> None:
    await service.event("fair")
    answer = await bring(service, table(GOOD.format(n=1), GOOD.format(n=2).replace("1000", "1_0"), ",,,"))
    [error] = answer.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/rows/4/quantity", "number")


async def test_ten_thousand_rows_are_taken_and_one_more_is_refused(service: Service) -> None:
    await service.event("fair")
    rows = [GOOD.format(n=n) for n in range(10_001)]
    more = await bring(service, table(*rows))
    assert (more.status_code, more.json()["code"]) == (422, "inventory_file_unreadable")
    assert "10,000" in more.json()["detail"]
    assert await lines(service) == []
    taken = await bring(service, table(*rows[:-1]))
    assert taken.status_code == 201, taken.text[:300]
    assert taken.json()["emission_g"] == 10_000 * 140_400


async def test_a_broken_file_of_many_rows_names_the_first_and_counts_them_all(service: Service) -> None:
    await service.event("fair")
    answer = await bring(service, table(*[GOOD.replace("kWh", "kg").format(n=n) for n in range(300)]))
    assert "Mistakes in all: 300." in answer.json()["detail"]
    assert "Row 3, column unit" in answer.json()["detail"]
    assert answer.json()["detail"].endswith("…")


async def test_evidence_is_linked_by_the_documents_id(service: Service) -> None:
    await service.event("fair")
    document = (await send(service, "fair", "other")).json()["id"]
    stored = await bring(service, table(GOOD.replace(",1,,Hall", f",1,{document},Hall").format(n=1)))
    assert stored.status_code == 201, stored.text
    assert [line["document_id"] for line in await lines(service)] == [document]
