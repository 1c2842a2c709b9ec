"""The privacy policy in its versions: a new one in force from midnight, and what was agreed to before."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from backend.catalogue.loader import DIRECTORY
from backend.domain.community.consent_uses import BOARDS_SHOWN, STEPS_TAKEN, WERUN
from backend.domain.community.policies import Policies, Policy
from backend.domain.days import SHANGHAI
from backend.errors import Refusal
from backend.messages.community.community import ConsentRequest
from backend.services.account import consent_decisions
from backend.services.community.consents import is_given
from backend.texts import say
from tests.community import id_of
from tests.routes.partnering import new_partner, post_grant, ride
from tests.service import Json, Service

PUBLISHED = {
    "2026.1": "29aa7ff8b8205ddd",
    "2026.2": "3b58d14d62961b9e",
    "2026.3": "b4c7da1ff7722d37",
}
"""The first digits of the SHA-256 of each version: what people agreed to stays."""

NEW_DAY = date(2027, 3, 1)
MIDNIGHT = datetime(2027, 3, 1, tzinfo=SHANGHAI)
BEFORE, AFTER = MIDNIGHT - timedelta(seconds=1), MIDNIGHT + timedelta(seconds=1)

Publish = Callable[..., Policy]


@pytest.fixture
def publish(service: Service) -> Iterator[Publish]:
    """Publish one version more: the last one again, with other scopes said to be changed materially."""
    catalogue = service.components.catalogue
    known = catalogue.policies

    def add(*material: str, on: date = NEW_DAY, version: str = "2027.1") -> Policy:
        new = msgspec.structs.replace(
            catalogue.policies.versions[-1], version=version, effective_on=on, material=material
        )
        policies = Policies((*catalogue.policies.versions, new), known.retention)
        msgspec.structs.force_setattr(catalogue, "policies", policies)
        return new

    yield add
    msgspec.structs.force_setattr(catalogue, "policies", known)


async def decide(
    service: Service, citizen: dict[str, str], at: datetime, version: str | None = None, scope: str = WERUN
) -> Json:
    """A decision as it is answered at a moment; of a refusal its code."""
    components = service.components
    request = ConsentRequest(scope=scope, granted=True, policy_version=version)
    try:
        view = await consent_decisions.decide(
            components.database,
            components.community,
            components.ledger.footprints,
            await id_of(service, citizen),
            request,
            at,
        )
    except Refusal as refusal:
        return {"code": refusal.code}
    found: Json = msgspec.to_builtins(view)
    return found


async def shown(service: Service, citizen: dict[str, str], at: datetime, scope: str = WERUN) -> Json:
    page = await consent_decisions.consents(
        service.components.catalogue.policies, await id_of(service, citizen), at
    )
    found: Json = next(msgspec.to_builtins(each) for each in page.items if each.scope == scope)
    return found


async def may_send(service: Service, citizen: dict[str, str], at: datetime) -> bool:
    components = service.components
    return await is_given(
        components.database, components.catalogue.policies, await id_of(service, citizen), STEPS_TAKEN, at
    )


async def test_midnight_asks_again_and_loses_nothing(
    service: Service, owner: asyncpg.Connection, publish: Publish
) -> None:
    publish(WERUN)
    lin = await service.citizen()
    given = await decide(service, lin, BEFORE)
    assert (given["is_granted"], given["policy_version"]) == (True, "2026.3")
    # To the last second what was given holds; from the first one on it has to be given again, and is still on record.
    assert await may_send(service, lin, BEFORE)
    assert not await may_send(service, lin, AFTER)
    assert not (await shown(service, lin, BEFORE))["renewal_needed"]
    later = await shown(service, lin, AFTER)
    assert (later["is_granted"], later["renewal_needed"]) == (False, True)
    assert (later["policy_version"], later["policy_in_force"]) == ("2026.3", "2027.1")
    # Who read the old text before midnight and presses after it is told so, and agrees to the new one.
    assert (await decide(service, lin, AFTER, "2026.3"))["code"] == "policy_outdated"
    renewed = await decide(service, lin, AFTER, "2027.1")
    assert (renewed["is_granted"], renewed["renewal_needed"]) == (True, False)
    assert await may_send(service, lin, AFTER)
    rows = await owner.fetch("SELECT policy_version, is_granted FROM consents ORDER BY revision")
    assert [tuple(row) for row in rows] == [("2026.3", True), ("2027.1", True)]


async def test_a_scope_that_is_done_as_before_holds_past_midnight(service: Service, publish: Publish) -> None:
    publish(WERUN)
    lin = await service.citizen()
    await decide(service, lin, BEFORE, scope="leaderboard")
    later = await shown(service, lin, AFTER, "leaderboard")
    assert (later["is_granted"], later["renewal_needed"], later["policy_version"]) == (True, False, "2026.3")
    # What was read before midnight may still be agreed to after it: nothing of it has changed.
    chen = await service.citizen()
    given = await decide(service, chen, AFTER, "2026.3", scope="leaderboard")
    assert (given["is_granted"], given["policy_version"]) == (True, "2026.3")
    components = service.components
    assert await is_given(
        components.database, components.catalogue.policies, await id_of(service, chen), BOARDS_SHOWN, AFTER
    )


async def test_tomorrows_version_is_refused_until_midnight_and_todays_consent_stays(
    service: Service, publish: Publish
) -> None:
    publish(WERUN)
    lin = await service.citizen()
    await decide(service, lin, BEFORE)
    assert (await decide(service, lin, BEFORE, "2027.1"))["code"] == "policy_not_in_force"
    assert await may_send(service, lin, BEFORE)
    assert (await decide(service, lin, AFTER, "2027.1"))["is_granted"]
    assert (await decide(service, lin, AFTER, "2031.7"))["code"] == "policy_outdated"


async def test_over_http_a_version_takes_effect_while_requests_come(
    service: Service, publish: Publish
) -> None:
    lin, chen = await service.citizens(2)
    for each in (lin, chen):
        await service.consent(each, WERUN)

    async def send(citizen: dict[str, str], steps: int) -> tuple[int, str | None]:
        made = await service.client.get("/demo/werun", params={"steps": steps}, headers=citizen)
        headers = citizen | {"Idempotency-Key": uuid4().hex}
        answer = await service.post("/v1/me/steps", made.json(), headers)
        return answer.status_code, answer.json().get("code")

    assert await send(lin, 1000) == (201, None)
    publish(WERUN, on=datetime.now(SHANGHAI).date(), version="9999.1")
    answers = await asyncio.gather(*(send(each, 2000) for each in (lin, chen)))
    assert answers == [(409, "consent_needed")] * 2
    listed = (await service.client.get("/v1/me/consents", headers=lin)).json()["items"]
    assert [each["scope"] for each in listed if each["renewal_needed"]] == [WERUN]
    again = {"scope": WERUN, "granted": True, "policy_version": "9999.1"}
    assert (await service.post("/v1/me/consents", again, lin)).json()["is_granted"]
    assert (await send(lin, 3000))[0] == 201
    assert (await send(chen, 3000))[0] == 409


async def test_grants_to_partners_are_given_again_too(service: Service, publish: Publish) -> None:
    partner, lin = await new_partner(service), await service.citizen()
    await partner.bind(lin, "card-1")
    publish("partner_sources", on=datetime.now(SHANGHAI).date(), version="9999.1")
    (told,) = await partner.told(ride())
    assert (told["status"], told["code"], told["facts"]["scope"]) == (
        "refused",
        "consent_needed",
        "partner_sources",
    )
    listed = (await service.client.get("/v1/me/consents", headers=lin)).json()["items"]
    assert [each["scope"] for each in listed if each["renewal_needed"]] == ["partner_sources"]
    assert (await service.consent(lin, "partner_sources"))["is_granted"]
    (told,) = await partner.told(ride())
    assert told["status"] == "posted"
    grants = (await service.client.get("/v1/me/source-grants", headers=lin)).json()["items"]
    assert [(each["consent_version"], each["withdrawn_at"] is None) for each in grants] == [
        ("9999.1", True),
        ("2026.3", False),
    ]


async def test_a_grant_that_holds_does_not_hide_one_that_is_to_be_given_again(
    service: Service, publish: Publish
) -> None:
    first, second = await new_partner(service), await new_partner(service, "second")
    lin = await service.citizen()
    await first.bind(lin, "card-1")
    publish("partner_sources", on=datetime.now(SHANGHAI).date(), version="9999.1")
    code = await second.binding_code("card-2")
    bound = await post_grant(service, lin, second.code, code, consent_version="9999.1")
    assert bound.status_code == 201, bound.text
    listed = (await service.client.get("/v1/me/consents", headers=lin)).json()["items"]
    assert [each["scope"] for each in listed if each["renewal_needed"]] == ["partner_sources"]
    assert (await service.consent(lin, "partner_sources"))["is_granted"]
    for partner, card in ((first, "card-1"), (second, "card-2")):
        (told,) = await partner.told(ride(card, occurred_at=datetime.now(UTC).isoformat()))
        assert told["status"] in ("posted", "capped"), told


async def test_the_policy_is_there_for_everybody_in_both_languages(service: Service) -> None:
    listed = (await service.client.get("/v1/policies")).json()["items"]
    assert [each["version"] for each in listed] == ["2026.3", "2026.2", "2026.1"]
    assert [each["is_in_force"] for each in listed] == [True, False, False]
    whole = (await service.client.get("/v1/policies/2026.3")).json()
    assert whole["effective_at"] == "2026-12-01T00:00:00+08:00"
    assert len(whole["scopes"]) == 6
    assert len(whole["sections"]) >= 8
    missing = await service.client.get("/v1/policies/1999.1")
    assert (missing.status_code, missing.json()["code"]) == (404, "policy_not_found")


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "谁负责"), ("en", "Who is responsible")])
async def test_the_page_shows_the_newest_and_the_earlier_ones(
    service: Service, language: str, words: str
) -> None:
    page = await service.client.get("/privacy", params={"lang": language})
    assert page.status_code == 200
    for told in (words, say(language, "privacy.retention"), "/privacy?version=2026.1", "/complaints"):
        assert told in page.text
    earlier = await service.client.get("/privacy", params={"lang": language, "version": "2026.1"})
    assert say(language, "privacy.other") in earlier.text


def test_a_published_version_never_changes() -> None:
    found = {path.stem: digest(path.read_bytes()) for path in sorted((DIRECTORY / "policies").glob("*.toml"))}
    assert found == PUBLISHED


def digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()[:16]
