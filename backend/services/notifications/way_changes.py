"""A way that leads to an account came or went: on record, and told to whoever reads the account's notices."""

from __future__ import annotations

from uuid import UUID

from backend.models.keys import uuid7
from backend.services.identity.ways_in import WayChange
from backend.services.notifications.notices import create_notice
from backend.services.security.records import record_security
from backend.texts import LANGUAGES, say


async def notify_of_way(kind: WayChange, citizen_id: UUID, provider: str) -> None:
    """Call it inside the transaction that adds or removes the way.

    Somebody who held the phone for a minute may have added one of their own: its owner is told, without the address.
    """
    way = {language: say(language, f"ways.provider.{provider}") for language in LANGUAGES}
    await create_notice(citizen_id, kind, str(uuid7()), {"way": way})
    await record_security(kind, actor_id=citizen_id, subject=provider)
