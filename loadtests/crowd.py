"""The people who come: ids, badges and tokens, and the request of each, rendered before anything is measured."""

from __future__ import annotations

import random
from collections.abc import Callable
from uuid import UUID

from backend.auth import Principal, Tokens
from backend.domain.qr_codes import CodeKeys
from backend.models.keys import uuid7
from backend.settings import Settings
from loadtests.http11 import render_post
from loadtests.targets import HOST
from loadtests.world import EVENT_CODE

TOKEN_LIFE_S = 86_400
PEOPLE_PER_REPORT = 5_000


def citizens(count: int) -> list[UUID]:
    """Ids in the order in which the people come, which is not the order in which they signed up."""
    ids = [uuid7() for _ in range(count)]
    random.Random(1).shuffle(ids)
    return ids


def scans(ids: list[UUID], settings: Settings, progress: Callable[[int], None]) -> list[bytes]:
    """One first scan for each: a badge of their own, the whole footprint offset. Five rows are written for it."""
    tokens = Tokens(
        settings.keys("token_keys"), issuer=settings.issuer, audience=settings.audience, life_s=TOKEN_LIFE_S
    )
    codes = CodeKeys(settings.keys("code_keys"))
    serials = list(range(1, len(ids) + 1))
    random.Random(2).shuffle(serials)
    requests = []
    for number, (citizen_id, serial) in enumerate(zip(ids, serials, strict=True)):
        token = tokens.issue(Principal(citizen_id, "citizen", uuid7()))
        body = f'{{"code":"{codes.badge(EVENT_CODE, serial)}","offset":{{"share":100}}}}'
        headers = {
            "authorization": f"Bearer {token}",
            "accept": "*/*",
            "accept-language": "zh-CN",
            "user-agent": "loadtests",
        }
        requests.append(render_post("/v1/scans", HOST, headers, body.encode("ascii")))
        if number % PEOPLE_PER_REPORT == 0:
            progress(number)
    return requests
