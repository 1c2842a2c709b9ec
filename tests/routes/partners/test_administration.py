"""Partners as operators keep them: every change with its reason, every secret shown once."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from tests.routes.partnering import METHODS, new_key, new_partner
from tests.service import Service

GOOD: dict[str, Any] = {
    "code": "bus",
    "name": {"zh-CN": "公交", "en": "Bus"},
    "kind": "bus",
    "methods": ["bus", "brt", "bus"],
    "reason": "agreement of 2026",
}


async def test_an_operator_enters_a_partner_and_nobody_else_sees_its_keys(service: Service) -> None:
    answer = await service.post("/v1/partners", GOOD, await service.staff("operator"))
    assert answer.status_code == 201
    made = answer.json()
    assert (made["methods"], made["is_open"], made["revision"], made["keys"]) == (["brt", "bus"], True, 1, [])
    listed = await service.client.get("/v1/partners", headers=await service.staff("operator"))
    assert listed.json()["items"] == [made]
    for role in ("regulator", "organiser", "staff"):
        refused = await service.client.get("/v1/partners", headers=await service.staff(role))
        assert refused.json()["code"] == "role_forbidden"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"code": "Bus"}, 422, "invalid_body"),
        ({"kind": "bank"}, 422, "invalid_body"),
        ({"methods": []}, 422, "invalid_body"),
        ({"methods": ["flying"]}, 422, "partner_method_unknown"),
        ({"reason": ""}, 422, "invalid_body"),
        ({"code": "metro"}, 409, "partner_code_taken"),
    ],
    ids=str,
)
async def test_a_partner_that_cannot_be_is_refused(
    service: Service, change: dict[str, Any], status: int, code: str
) -> None:
    await new_partner(service, "metro")
    answer = await service.post("/v1/partners", GOOD | change, await service.staff("operator"))
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_every_change_is_recorded_with_its_reason_before_and_after(
    service: Service, owner: asyncpg.Connection
) -> None:
    await new_partner(service)
    operator = await service.staff("operator")
    body = {"name": {"zh-CN": "轨道", "en": "Rail"}, "methods": ["metro"], "reason": "renamed"}
    answer = await service.post("/v1/partners/metro/changes", body, operator)
    assert (answer.json()["revision"], answer.json()["methods"]) == (2, ["metro"])
    assert answer.json()["keys"][0]["valid_to"] is None
    rows = await owner.fetch(
        "SELECT action, subject, reason, before, after FROM staff_actions"
        " WHERE action LIKE 'partner.%' ORDER BY id"
    )
    assert [row["action"] for row in rows] == ["partner.enter", "partner.issue_key", "partner.change"]
    assert all(row["reason"] and row["subject"] == "metro" for row in rows)
    assert "Metro" in rows[2]["before"]
    assert "Rail" in rows[2]["after"]


async def test_what_is_not_there_cannot_be_changed(service: Service) -> None:
    operator = await service.staff("operator")
    await new_partner(service)
    for path, code in (
        ("/v1/partners/nobody/changes", "partner_not_found"),
        ("/v1/partners/nobody/keys", "partner_not_found"),
        ("/v1/partners/nobody/keys/k/end", "partner_not_found"),
        ("/v1/partners/metro/keys/k/end", "partner_key_not_found"),
    ):
        answer = await service.post(path, {"reason": "test"}, operator)
        assert (answer.status_code, answer.json()["code"]) == (404, code)


async def test_a_partner_has_so_many_keys_and_no_more(service: Service) -> None:
    await new_partner(service)
    for _ in range(9):
        key = await new_key(service, "metro")
    operator = await service.staff("operator")
    answer = await service.post("/v1/partners/metro/keys", {"reason": "more"}, operator)
    assert (answer.status_code, answer.json()["code"]) == (409, "partner_key_limit")
    await service.post(f"/v1/partners/metro/keys/{key.key_id}/end", {"reason": "old"}, operator)
    await new_key(service, "metro")


async def test_a_secret_is_never_shown_again(service: Service) -> None:
    partner = await new_partner(service)
    listed = await service.client.get("/v1/partners", headers=await service.staff("operator"))
    assert partner.secret not in listed.text
    assert METHODS[0] in listed.text
