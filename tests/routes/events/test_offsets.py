"""Offsets and certificates over HTTP: never more than was asked, never more than is there, and nobody's name."""

from __future__ import annotations

import asyncpg
import pytest

from tests.routes.attending import EXAMPLE_A, EXAMPLE_B, agree, attend, holding, id_of
from tests.service import TONNE, Json, Service


@pytest.fixture(scope="module")
async def fair(stage: Service) -> Service:
    """A running two-day event in Chengdu with the extended boundary and ten tonnes."""
    await stage.event("fair")
    await stage.pool("fair", 10 * TONNE)
    return stage


@pytest.mark.parametrize(
    ("offset", "grams", "kind"),
    [
        ({}, 133_294, "full"),
        ({"share": 100}, 133_294, "full"),
        ({"share": 50}, 66_647, "partial"),
        ({"share": 1}, 1_333, "partial"),
        ({"grams": 1}, 1, "partial"),
        ({"grams": 133_293}, 133_293, "partial"),
        ({"grams": 133_294}, 133_294, "full"),
        ({"grams": 100_000_000}, 133_294, "full"),
    ],
)
async def test_an_offset_is_as_large_as_was_asked_and_never_larger_than_the_footprint(
    fair: Service, offset: Json, grams: int, kind: str
) -> None:
    joined = await attend(fair, journey=EXAMPLE_A, offset=offset)
    # A share is rounded up to a whole gram: 1 % of 133,294 g are 1,332.94.
    assert (joined["offset"]["grams"], joined["offset"]["kind"]) == (grams, kind)
    assert joined["offset_status"] == "allocated"
    for part in joined["offset"]["allocations"]:
        assert part["serial_to"] - part["serial_from"] + 1 == part["grams"]


async def test_without_asking_for_an_offset_there_is_none(fair: Service) -> None:
    joined = await attend(fair)
    assert (joined["offset"], joined["offset_status"], joined["certificate"]) == (None, "none", None)


async def test_grams_across_a_batchs_end_are_two_allocations_of_one_offset(stage: Service) -> None:
    await stage.event("crossing")
    first, second = await stage.batch(1), await stage.batch(1)
    await stage.pool("crossing", 100_000, first)
    await stage.pool("crossing", 200_000, second)
    one, two = await stage.badges(2, "crossing")
    taken = await stage.scan(one["code"], await stage.citizen(), journey=EXAMPLE_A, offset={"grams": 70_000})
    assert taken.status_code == 201
    crossing = await stage.scan(two["code"], await stage.citizen(), journey=EXAMPLE_A, offset={"share": 100})
    parts = [
        (part["batch_id"], part["serial_from"], part["serial_to"], part["grams"])
        for part in crossing.json()["offset"]["allocations"]
    ]
    assert parts == [
        (first["id"], 70_001, 100_000, 30_000),
        (second["id"], 1, 103_294, 103_294),
    ]
    shown = (await stage.client.get(f"/v1/certificates/{crossing.json()['certificate']['number']}")).json()
    assert shown["offset"] == crossing.json()["offset"]
    for text in shown["statement"].values():
        assert "70001–100000" in text
        assert "1–103294" in text


async def test_an_empty_pool_records_the_attendance_and_a_repeat_after_a_top_up_offsets_it(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("empty")
    badge = (await stage.badges(1, "empty"))[0]
    citizen = await stage.citizen()
    # The answer to a repeat has the lines of a journey that is kept.
    await agree(stage, citizen)
    first = await stage.scan(badge["code"], citizen, journey=EXAMPLE_A, offset={"share": 100})
    assert first.status_code == 201
    assert (first.json()["offset_status"], first.json()["offset"]) == ("pool_exhausted", None)
    assert first.json()["certificate"] is None
    assert first.json()["points"]["earned"] == 10

    await stage.pool("empty", 133_293)
    short = await stage.scan(badge["code"], citizen, offset={"share": 100})
    assert (short.status_code, short.json()["offset_status"]) == (200, "pool_exhausted")

    await stage.pool("empty", 1)
    again = await stage.scan(badge["code"], citizen, offset={"share": 100})
    assert (again.status_code, again.json()["outcome"]) == (200, "already_joined")
    assert again.json()["offset_status"] == "allocated"
    assert again.json()["offset"]["grams"] == 133_294
    assert again.json()["points"]["earned"] == 0
    # The journey of the first scan stands, whatever a repeat tells.
    assert again.json()["footprint"] == first.json()["footprint"]
    last = await stage.scan(badge["code"], citizen, journey=EXAMPLE_B, offset={"share": 1})
    assert last.json()["certificate"] == again.json()["certificate"]
    assert last.json()["offset"] == again.json()["offset"]
    assert (
        await rows.fetchval("SELECT count(*) FROM offsets WHERE citizen_id = $1", id_of(stage, citizen)) == 1
    )


async def test_a_certificate_is_seen_by_anybody_and_names_nobody(fair: Service) -> None:
    name = "林小满"
    citizen = await fair.citizen(name)
    # A certificate shows the lines of a journey that is kept, to who has the holder's link.
    await agree(fair, citizen)
    badge = (await fair.badges(1))[0]
    joined = (await fair.scan(badge["code"], citizen, journey=EXAMPLE_A, offset={"share": 40})).json()
    number = joined["certificate"]["number"]
    assert joined["certificate"]["url"].partition("#")[0].endswith(f"/c/{number}")
    for headers, lines in (({}, None), (holding(joined["certificate"]), joined["footprint"]["lines"])):
        answer = await fair.client.get(f"/v1/certificates/{number}", headers=headers)
        assert answer.status_code == 200
        shown = answer.json()
        assert shown["footprint"]["lines"] == lines
        told = {name: shown["footprint"][name] for name in joined["footprint"]}
        assert told == joined["footprint"] | {"lines": lines}
        assert shown["offset"] == joined["offset"]
        same = await fair.client.get(f"/v1/certificates/{number.lower()}", headers=headers)
        assert same.json() == shown
        assert name not in answer.text
        assert str(id_of(fair, citizen)) not in answer.text
        assert badge["code"] not in answer.text


@pytest.mark.parametrize(
    ("share", "zh", "en"), [(40, "部分", "equal to part"), (100, "全部", "equal to all")]
)
async def test_a_certificate_says_how_much_and_never_neutral(
    fair: Service, share: int, zh: str, en: str
) -> None:
    joined = await attend(fair, journey=EXAMPLE_A, offset={"share": share})
    answer = await fair.client.get(f"/v1/certificates/{joined['certificate']['number']}")
    statement = answer.json()["statement"]
    assert f"{zh}抵消" in statement["zh-CN"]
    assert en in statement["en"]
    for text in statement.values():
        assert "133.294" in text
        assert f"{joined['offset']['grams'] / 1000:.3f}" in text
    assert "中和" not in answer.text
    assert "neutral" not in answer.text.lower()
    if share < 100:
        assert "全部" not in answer.text


@pytest.mark.parametrize("number", ["x", "TF-00000-0000-0000-0000", "TF-0000-0000", "%20", "' OR 1=1 --"])
async def test_a_number_that_was_never_given_is_not_found(fair: Service, number: str) -> None:
    answer = await fair.client.get(f"/v1/certificates/{number}")
    assert (answer.status_code, answer.json()["code"]) == (404, "certificate_not_found")
