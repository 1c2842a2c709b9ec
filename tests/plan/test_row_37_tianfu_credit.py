"""Row 37: 天府信用通 is told organisations' facts alone, signed; a cursor asked again gives the same rows."""

from __future__ import annotations

from base64 import b64decode
from types import SimpleNamespace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from http_message_signatures import HTTPMessageVerifier, MappingKeyResolver
from http_message_signatures.algorithms import ED25519

from backend.models import Citizen, Event, EventOrganisation, Identity, Organisation, Staff
from backend.services.feeds.publication import publish_facts
from tests.routes.attending import attend
from tests.service import Service

ADDRESS = "/v1/feeds/tianfu-credit"


async def test_row_37_the_feed_has_no_person_its_signature_verifies_and_a_cursor_gives_the_same_rows(
    service: Service,
) -> None:
    one = await Organisation.create(
        code="91350100M000100Y43",
        kinds=["enterprise"],
        state="active",
        name_zh="会展公司",
        name_en="Fairs",
    )
    await service.event("fair")
    await attend(service)
    event, organiser = await Event.get(slug="fair"), await Staff.get(username="organiser")
    await Organisation.filter(id=one.id).update(created_by=organiser.id)
    await EventOrganisation.create(
        event_id=event.id, organisation_id=one.id, part="host", added_by=organiser.id
    )
    await publish_facts(service.components.database)
    regulator = await service.staff("regulator")
    answer = await service.client.get(ADDRESS, headers=regulator)
    again = await service.client.get(ADDRESS, headers=regulator)
    assert [item["fact"]["type"] for item in answer.json()["items"]] == ["event_neutrality", "organisation"]
    assert again.content == answer.content

    words = {row.username for row in await Staff.all()} | {str(row.id) for row in await Staff.all()}
    words |= {row.subject for row in await Identity.all()}
    for citizen in await Citizen.all():
        words |= {str(citizen.id), citizen.nickname or "nickname", "openid", "unionid", "phone", "e-mail"}
    assert [word for word in words if word in answer.text] == []

    keys = (await service.client.get("/.well-known/tianfu-credit-feed.json")).json()["keys"]
    public = {key["keyid"]: Ed25519PublicKey.from_public_bytes(b64decode(key["public_key"])) for key in keys}
    verifier = HTTPMessageVerifier(
        signature_algorithm=ED25519, key_resolver=MappingKeyResolver(public_keys=public, private_keys={})
    )
    request = SimpleNamespace(method="GET", url=f"https://city.example{ADDRESS}", headers={})
    message = SimpleNamespace(status_code=200, headers=dict(answer.headers), request=request)
    assert verifier.verify(message, expect_tag="tianfu-credit-feed", body=answer.content)
