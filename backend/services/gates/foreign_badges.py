"""What a gate says of a badge or a pass of another event: which event, where anybody may know of it."""

from __future__ import annotations

from collections.abc import Sequence

from backend.messages.shape import Bilingual
from backend.models import Event
from backend.services.events.events import UNPUBLISHED
from backend.services.gates.code_lookup import Reading
from backend.texts import say

NAME_CHARS_MAX = 100


async def sentence_of_foreign(readings: Sequence[Reading]) -> Bilingual:
    """The sentence with the name of the event that a badge or pass is for; without it for an unpublished event."""
    code = next((each.event_code for each in readings if each.event_code is not None), None)
    event = None if code is None else await Event.get_or_none(code=code)
    if event is None or event.state in UNPUBLISHED:
        return Bilingual(say("zh-CN", "gate.wrong_event"), say("en", "gate.wrong_event"))
    return Bilingual(
        say("zh-CN", "gate_help.wrong_event", event=_short(event.name_zh)),
        say("en", "gate_help.wrong_event", event=_short(event.name_en)),
    )


def _short(name: str) -> str:
    """A name that leaves room for the sentence around it."""
    return name if len(name) <= NAME_CHARS_MAX else name[: NAME_CHARS_MAX - 1] + "…"
