"""One phone that logs actions for many citizens in a day: staff review its further actions, none is refused."""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from backend.errors.actions.evidence import DeviceMalformed
from backend.ledger.commands.log_action import RequestedReview
from backend.storage.redis_velocity import DeviceVelocity

_FORM = re.compile(rb"[\x21-\x7e]{1,64}")


class Devices:
    """Counts the citizens of each phone and day, and sends actions of a busy phone to review."""

    def __init__(self, velocity: DeviceVelocity, *, citizens_max: int) -> None:
        self._velocity = velocity
        self._citizens_max = citizens_max

    async def suspicion(self, header: bytes | None, citizen_id: UUID, day: date) -> RequestedReview | None:
        """The review that a request's X-Device calls for, or None. Raises DeviceMalformed."""
        if header is None:
            return None
        if not _FORM.fullmatch(header):
            raise DeviceMalformed
        citizens = await self._velocity.citizens(header.decode("ascii"), citizen_id, day)
        if citizens <= self._citizens_max:
            return None
        return RequestedReview("device", {"citizens": citizens, "citizens_max": self._citizens_max})
