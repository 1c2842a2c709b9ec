"""Consents, profiles, boards and teams that make no sense are refused, each with its own code."""

from __future__ import annotations

import pytest

from tests.service import Json, Service


async def test_a_scope_that_is_not_there_is_refused(stage: Service) -> None:
    answer = await stage.post("/v1/me/consents", {"scope": "soul", "granted": True}, await stage.citizen())
    assert (answer.status_code, answer.json()["code"]) == (422, "consent_scope_unknown")


@pytest.mark.parametrize(
    "body",
    [
        {"nickname": ""},
        {"nickname": "   "},
        {"nickname": "n" * 41},
        {"nickname": "a\u0007"},
        {"nickname": "a\u200bb"},
        {"district": "mars"},
        {"shows_name": "yes"},
        {"colour": "green"},
    ],
)
async def test_what_cannot_stand_in_a_profile_is_refused(stage: Service, body: Json) -> None:
    answer = await stage.post("/v1/me/profile", body, await stage.citizen())
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("galaxy", 404, "board_not_found"),
        ("city?period=year", 422, "invalid_query"),
        ("city?limit=101", 422, "invalid_query"),
        ("city?cursor=1000", 422, "invalid_query"),
        ("city?cursor=-1", 422, "invalid_query"),
        ("teams?period=decade", 422, "invalid_query"),
        ("team", 404, "team_not_found"),
        ("team?team=nothing", 404, "team_not_found"),
    ],
)
async def test_what_makes_no_sense_is_refused(stage: Service, path: str, status: int, code: str) -> None:
    answer = await stage.client.get(f"/v1/leaderboards/{path}", headers=await stage.citizen())
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "family", "name": "一家人"}, 422, "invalid_body"),
        ({"kind": "company", "name": "x"}, 422, "invalid_body"),
        ({"kind": "company", "name": "   "}, 422, "invalid_body"),
        ({"kind": "company", "name": "n" * 41}, 422, "invalid_body"),
        ({"kind": "company", "name": "a\nb"}, 422, "invalid_body"),
        ({"kind": "company", "name": "a\u202eb"}, 422, "invalid_body"),
        ({"kind": "company", "name": "好的", "district": "mars"}, 422, "district_unknown"),
    ],
)
async def test_what_cannot_be_a_team_is_refused(
    stage: Service, body: dict[str, str], status: int, code: str
) -> None:
    answer = await stage.post("/v1/teams", body, await stage.citizen())
    assert (answer.status_code, answer.json()["code"]) == (status, code)
