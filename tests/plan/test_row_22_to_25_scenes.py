"""Rows 22 to 25: scenic areas, hotels, restaurants and shops have a QR scene; an act counts there so often a day."""

from __future__ import annotations

import pytest

from tests.service import Service


@pytest.mark.parametrize(
    ("kind", "method"),
    [
        ("scenic_area", "e_invoice"),
        ("hotel", "green_hotel_night"),
        ("restaurant", "clean_plate"),
        ("shop", "own_bag"),
    ],
)
async def test_row_22_to_25_an_act_at_a_scene_needs_its_sign_and_counts_once_a_day(
    service: Service, kind: str, method: str
) -> None:
    sign, citizen = await service.sign(kind), await service.citizen()
    shown = await service.client.get(f"/v1/codes/{sign}")
    assert (shown.json()["scene"]["kind"], method in shown.json()["scene"]["methods"]) == (kind, True)
    first = await service.act(citizen, method, scene_code=sign)
    assert (first.status_code, first.json()["tier"]) == (201, "E3"), first.text
    # A second visit to a scene of this kind on the same day brings nothing more.
    again = await service.act(citizen, method, scene_code=await service.sign(kind))
    assert again.status_code >= 400 or again.json()["points"] == 0, again.text
    forged = await service.act(await service.citizen(), method, scene_code=sign[:-1] + "!")
    assert forged.status_code in (400, 422), forged.text
