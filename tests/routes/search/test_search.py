"""The public search: finds by code, beginning, words and near misses; public rows only; pages that stay exact."""

from __future__ import annotations

from typing import Any

import pytest

from backend.domain.events.lifecycle import UNPUBLISHED
from backend.models import Organisation, Project
from tests.organising import blacklist, host_event, new_organisation
from tests.routes.evaluation.selecting import NOMINATED, selected
from tests.service import Service

Json = dict[str, Any]


async def find(service: Service, **query: object) -> Json:
    answer = await service.client.get(
        "/v1/search", params={name: str(value) for name, value in query.items()}
    )
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def keys(found: Json) -> list[str]:
    return [item["key"] for item in found["items"]]


@pytest.fixture
async def world(service: Service) -> Service:
    await service.event(
        "marathon", name={"zh-CN": "成都马拉松二〇二六", "en": "Chengdu Marathon 2026"}, kind="competition"
    )
    await service.event("tea-fair", name={"zh-CN": "天府國際茶博会", "en": "Tianfu Tea Fair"})
    await service.event(
        "hidden", name={"zh-CN": "成都马拉松未公布", "en": "Chengdu Marathon unseen"}, state="draft"
    )
    return service


@pytest.mark.parametrize(
    ("query", "match"),
    [
        ("marathon", "exact"),
        ("ＭＡＲＡＴＨＯＮ", "exact"),
        ("成都馬拉松二〇二六", "exact"),
        ("成都马", "beginning"),
        ("chengdu mara", "beginning"),
        ("马拉松", "words"),
        ("馬拉松 成都", "words"),
        ("2026 marathon", "words"),
        ("马", "words"),
        ("成都马垃松二〇二六", "nearby"),
        ("chengdu marahton", "nearby"),
    ],
)
async def test_an_event_is_found_however_it_is_written(world: Service, query: str, match: str) -> None:
    found = await find(world, query=query)
    assert [(item["key"], item["match"]) for item in found["items"]] == [("marathon", match)]
    assert found["is_approximate"] == (match == "nearby")


async def test_simplified_words_find_a_name_in_traditional_ones(world: Service) -> None:
    assert keys(await find(world, query="国际茶")) == ["tea-fair"]


@pytest.mark.parametrize("query", ["%", "_", "\\", "';--", "x" * 60, "😀", "^MA", "a"])
async def test_signs_find_nothing_that_they_do_not_stand_in(world: Service, query: str) -> None:
    assert not {"marathon", "hidden"} & set(keys(await find(world, query=query, kind="event")))


async def test_what_is_not_published_is_never_found(world: Service) -> None:
    assert "hidden" not in keys(await find(world, limit=100))
    organiser = await world.staff("organiser")
    assert (
        await world.post("/v1/events/hidden/transitions", {"to": "running"}, organiser)
    ).status_code == 200
    world.components.search._found.forget_all()
    assert keys(await find(world, query="hidden")) == ["hidden"]
    assert UNPUBLISHED == ("draft", "submitted", "rejected"), "the triggers of migration 0059 name them too"


async def test_an_organisation_is_found_once_it_is_accepted_and_while_it_is_suspended(
    service: Service,
) -> None:
    one = await Organisation.create(
        code="91350100M000100Y43", kinds=["verifier"], name_zh="蓉城核查公司", name_en="Rongcheng Verifiers"
    )
    assert keys(await find(service, query="蓉城核查")) == []
    one.state = "active"
    await one.save()
    service.components.search._found.forget_all()
    assert keys(await find(service, query="91350100m000100y43", kind="verifier")) == [one.code]
    one.state, one.state_why = "suspended", "licence withdrawn"
    await one.save()
    service.components.search._found.forget_all()
    [item] = (await find(service, query="蓉城核查", kind="verifier"))["items"]
    assert (item["state"], item["is_verifier"]) == ("suspended", True)
    one.state, one.state_why = "rejected", "no"
    await one.save()
    service.components.search._found.forget_all()
    assert keys(await find(service, query="蓉城核查")) == []


async def test_methods_factors_products_and_projects_are_found(service: Service) -> None:
    await Project.create(
        code="minshan-1",
        name_zh="岷山竹林碳汇",
        name_en="Minshan bamboo",
        product="forest_grass_sink",
        category="forestry",
        location="阿坝",
    )
    assert keys(await find(service, query="岷山")) == ["minshan-1"]
    assert "metro" in keys(await find(service, query="地铁", kind="method"))
    assert "ccer" in keys(await find(service, query="ccer", kind="product"))
    counts = {each["kind"]: each["count"] for each in (await find(service))["counts"]}
    assert counts["product"] == 8


async def test_a_page_goes_on_exactly_whatever_comes_meanwhile(service: Service) -> None:
    for number in range(7):
        await service.event(
            f"fair-{number}", name={"zh-CN": f"春季展会{number}", "en": f"Spring fair {number}"}
        )
    first = await find(service, query="展会", limit=3)
    await service.event("fair-new", name={"zh-CN": "春季展会新", "en": "Spring fair new"})
    seen, cursor = keys(first), first["next_cursor"]
    while cursor:
        page = await find(service, query="展会", limit=3, cursor=cursor)
        seen += keys(page)
        cursor = page["next_cursor"]
    assert sorted(set(seen) - {"fair-new"}) == [f"fair-{number}" for number in range(7)]
    assert len(seen) == len(set(seen))


async def test_facets_and_filters_agree(world: Service) -> None:
    facets = {each["name"]: each["values"] for each in (await find(world, kind="event"))["facets"]}
    assert {each["value"]: each["count"] for each in facets["sort"]} == {"competition": 1, "exhibition": 1}
    assert keys(await find(world, sort="competition")) == ["marathon"]
    assert keys(await find(world, city="成都", demonstration="true")) == []


async def test_cards_say_who_is_stopped_and_which_event_is_a_demonstration(service: Service) -> None:
    firm = await new_organisation(7)
    event = await service.event("marked-fair", **NOMINATED)
    await host_event(firm, event["id"])
    [before] = (await find(service, query="marked-fair"))["items"]
    assert (before["mark"], before["is_demonstration"]) == (None, False)
    await selected(service, "marked-fair")
    await blacklist(service, firm)
    [after] = (await find(service, query="marked-fair", limit=5))["items"]
    assert (after["mark"], after["is_demonstration"]) == ("frozen", True)
    [listed] = (await find(service, query=firm.code))["items"]
    assert listed["mark"] == "blacklisted"
    page = await service.client.get(f"/search?query={firm.code}", headers={"Accept-Language": "en"})
    assert "On the black list" in page.text


@pytest.mark.parametrize("cursor", ["x", "1", "0.1.1", "9.1.018f6f3e-0000-7000-8000-000000000000", "1.x.y"])
async def test_a_cursor_that_is_none_of_ours_is_refused(service: Service, cursor: str) -> None:
    answer = await service.client.get("/v1/search", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


async def test_a_certificate_is_found_by_its_number_alone(service: Service) -> None:
    found = await find(service, query="TF-ABCDE-0000-0000-0000")
    assert found["items"] == []
