"""One phone that logs actions for many citizens in a day: staff review its further actions, none is refused.

Requests that name no device count as one device that all of them share, with a limit of its own: leaving the name out
hides nobody in a crowd for long.
"""

from __future__ import annotations

import re
from datetime import date
from uuid import UUID

from backend.errors.actions.evidence import DeviceMalformed
from backend.ledger.commands.log_action import RequestedReview
from backend.storage.redis_velocity import DeviceVelocity

NO_DEVICE = ""
"""What all requests without a device's name count as; no device can call itself so."""
_FORM = re.compile(rb"[\x21-\x7e]{1,64}")


class Devices:
    """Counts the citizens of each phone and day, and sends actions of a busy phone to review."""

    def __init__(self, velocity: DeviceVelocity, *, citizens_max: int, unnamed_citizens_max: int) -> None:
        self._velocity = velocity
        self._citizens_max = citizens_max
        self._unnamed_citizens_max = unnamed_citizens_max

    async def suspicion(self, header: bytes | None, citizen_id: UUID, day: date) -> RequestedReview | None:
        """The review that a request's X-Device calls for, or None. Raises DeviceMalformed."""
        if header is None:
            return await self._unnamed(citizen_id, day)
        if not _FORM.fullmatch(header):
            raise DeviceMalformed
        citizens = await self._velocity.citizens(header.decode("ascii"), citizen_id, day)
        if citizens <= self._citizens_max:
            return None
        return RequestedReview("device", {"citizens": citizens, "citizens_max": self._citizens_max})

    async def _unnamed(self, citizen_id: UUID, day: date) -> RequestedReview | None:
        citizens = await self._velocity.citizens(NO_DEVICE, citizen_id, day)
        if citizens <= self._unnamed_citizens_max:
            return None
        return RequestedReview(
            "no_device", {"citizens": citizens, "citizens_max": self._unnamed_citizens_max}
        )
