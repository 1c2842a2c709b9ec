"""What a person types or reads from print is taken in every spelling, at every place that asks for it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from tests.community import team_of
from tests.mall import open_mall
from tests.routes.attending import EXAMPLE_A
from tests.routes.partnering import new_partner, post_grant
from tests.service import Service

Spell = Callable[[str], str]


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


SPELLINGS: dict[str, Spell] = {
    "full width": full_width,
    "line break": lambda text: text + "\n",
    "unseen sign": lambda text: text[:4] + "\u200b" + text[4:],
    "small letters without hyphens": lambda text: text.lower().replace("-", ""),
    "other dashes": lambda text: text.replace("-", "–"),
    "O and l": lambda text: text.replace("0", "O").replace("1", "l"),
}


async def test_a_teams_code_and_a_guardians_are_taken_in_every_spelling(service: Service) -> None:
    team, _ = await team_of(service, 1)
    child = await service.person(9)
    for name, spell in SPELLINGS.items():
        joined = await service.post(
            "/v1/team-joinings", {"code": spell(team["code"])}, await service.citizen()
        )
        assert joined.status_code == 201, (name, joined.text)
        code = (await service.post("/v1/me/guardian-codes", None, child)).json()["code"]
        guardian = await service.resident()
        shown = await service.post("/v1/me/guardian-codes/lookup", {"code": spell(code)}, guardian)
        assert shown.status_code == 200, (name, shown.text)


async def test_a_certificates_number_is_found_in_every_spelling(service: Service) -> None:
    await service.event()
    await service.pool()
    code = (await service.badges(1))[0]["code"]
    joined = await service.scan(code, await service.citizen(), journey=EXAMPLE_A, offset={"share": 100})
    number = joined.json()["certificate"]["number"]
    for name, spell in SPELLINGS.items():
        found = await service.client.get("/v1/certificates/" + quote(spell(number), safe=""))
        assert (found.status_code, found.json().get("number")) == (200, number), name


async def test_a_partners_binding_code_is_taken_in_every_spelling(service: Service) -> None:
    partner = await new_partner(service)
    for number, (name, spell) in enumerate(SPELLINGS.items()):
        citizen = await service.citizen()
        code = await partner.binding_code(f"rider-{number}")
        granted = await post_grant(service, citizen, partner.code, spell(code))
        assert granted.status_code == 201, (name, granted.text)


async def test_vouchers_and_users_names_are_taken_in_every_spelling(service: Service) -> None:
    mall = await open_mall(service)
    await mall.reward()
    for name, spell in SPELLINGS.items():
        bought = await mall.redeem(await mall.buyer(), cost_points=100)
        answer = await mall.verify(spell(bought.json()["voucher"]["code"]))
        assert answer.status_code in (200, 201), (name, answer.text)
    await service.staff("operator", "ada")
    for typed in ("ADA", "ａｄａ", "ada\u200b", " ada\n"):
        body = {"username": typed, "password": "a wrong one"}
        refused = await service.post("/v1/staff/sessions", body)
        assert refused.json()["code"] == "wrong_credentials", typed


async def test_names_that_others_see_are_refused_at_every_place(service: Service) -> None:
    operator = await service.staff("operator")
    await service.event()
    citizen = await service.citizen()
    for name in ("a\nb", "\u0007\u0007", "\u200b\u200b", "  ", "a\u202eb"):
        both = {"zh-CN": name, "en": name}
        for path, body, who in (
            ("/v1/events/fair/devices", {"name": name, "gates": [1]}, operator),
            ("/v1/merchants", {"code": "shop", "name": both, "reason": "x"}, operator),
            ("/v1/partners", {"code": "bus", "name": both, "kind": "transit", "reason": "x"}, operator),
            ("/v1/scenes", {"kind": "shop", "name": both, "district": "锦江区", "reason": "x"}, operator),
            ("/v1/teams", {"kind": "company", "name": name}, citizen),
            ("/v1/me/profile", {"nickname": name}, citizen),
        ):
            refused = await service.post(path, body, who)
            assert (refused.status_code, refused.json()["code"]) == (422, "invalid_body"), path
            assert ("没有可见的内容" if name == "  " else "U+") in refused.json()["detail"], path
