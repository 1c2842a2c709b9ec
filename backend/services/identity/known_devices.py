"""Devices that staff signed in on before: each holds a sealed token for one account, which nobody else can make.

It opens nothing. A device that shows it has a brake of its own, so wrong passwords from elsewhere do not close it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from backend.domain.encryption import Encryptor
from backend.models.keys import parse_uuid, uuid7

DEVICE_DAYS = 180


class KnownDevices:
    """Makes and reads the tokens of known devices."""

    def __init__(self, encryptor: Encryptor) -> None:
        self._encryptor = encryptor

    def token(self, staff_id: UUID, device_id: UUID | None, now: datetime) -> str:
        """A token for this account, of a device that is known already or of a new one."""
        ends_at = int((now + timedelta(days=DEVICE_DAYS)).timestamp())
        return self._encryptor.encrypt_text(f"{device_id or uuid7()} {ends_at}", _owner(staff_id))

    def read(self, token: str, staff_id: UUID, now: datetime) -> UUID | None:
        """The device of a token; None for one that is another account's, too old, or not ours."""
        device, _, ends_at = (self._encryptor.decrypt_text(token, _owner(staff_id)) or "").partition(" ")
        if not ends_at or int(ends_at) <= now.timestamp():
            return None
        return parse_uuid(device)


def _owner(staff_id: UUID) -> str:
    return f"staff device {staff_id}"
