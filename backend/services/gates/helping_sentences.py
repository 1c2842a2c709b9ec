"""What staff are told to do with a text that opens no gate: a keyboard to set, another code to scan, another event."""

from __future__ import annotations

from collections.abc import Sequence

from backend.messages.shape import Bilingual
from backend.models import Event
from backend.services.events.events import UNPUBLISHED
from backend.services.gates.code_lookup import Reading
from backend.texts import both, say

NAME_CHARS_MAX = 100


async def helping_sentence(result: str, readings: Sequence[Reading]) -> Bilingual | None:
    """A sentence that helps more than the result's own; None where there is none."""
    if result == "malformed":
        seems = next((each.seems for each in readings if each.seems is not None), None)
        return None if seems is None else Bilingual(*both(f"gate_help.{seems}"))
    if result == "wrong_event":
        code = next((each.event_code for each in readings if each.event_code is not None), None)
        event = None if code is None else await Event.get_or_none(code=code)
        # Nobody is told of an event that is not published yet.
        if event is not None and event.state not in UNPUBLISHED:
            return Bilingual(
                say("zh-CN", "gate_help.wrong_event", event=_short(event.name_zh)),
                say("en", "gate_help.wrong_event", event=_short(event.name_en)),
            )
    return None


def _short(name: str) -> str:
    """A name that leaves room for the sentence around it."""
    return name if len(name) <= NAME_CHARS_MAX else name[: NAME_CHARS_MAX - 1] + "…"
