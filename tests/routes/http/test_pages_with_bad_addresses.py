"""A page's address is followed as it comes: what no text holds is left out, and nothing fails."""

from __future__ import annotations

import pytest

from tests.service import Service

NUL = "%00"


@pytest.mark.parametrize(
    "address",
    [
        f"/disclosures?event={NUL}",
        f"/disclosures?organisation={NUL}a",
        f"/disclosures.atom?event={NUL}",
        f"/search?city={NUL}",
        f"/search?query={NUL}&agency={NUL}x",
        f"/search?query=a&sort={NUL}&state={NUL}",
        f"/organisations?query={NUL}&kind={NUL}&state={NUL}",
        f"/projects?region={NUL}&barrier={NUL}&cursor={NUL}",
        f"/lists?name={NUL}",
        f"/complaints?about={NUL}&subject={NUL}",
    ],
)
async def test_a_nul_in_an_address_is_left_out(stage: Service, address: str) -> None:
    assert (await stage.client.get(address)).status_code == 200
