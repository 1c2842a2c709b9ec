"""Sending photos as evidence."""

from __future__ import annotations

from backend.errors import Busy, TooManyAtOnce
from backend.errors.actions.evidence import (
    PhotosPerDay,
    PhotoTooCostly,
    PhotoTooLarge,
    PhotoUnreadable,
    PhotoUsed,
)
from backend.errors.minors import AgeNeeded, GuardianNeeded
from backend.messages.actions.photos import PhotoAnswer
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, Endpoint, Upload, in_section


async def send_photo(call: Call) -> PhotoAnswer:
    return await call.components.photos.take(call.principal.id, call.raw, call.now)


ENDPOINTS = in_section(
    "me",
    Endpoint(
        "POST /v1/me/photos",
        send_photo,
        feature="photos",
        roles=CITIZEN,
        summary="Send a photo as evidence; what else is in the file (place, time, maker) is not kept",
        upload=Upload(("image/jpeg", "image/png", "image/webp"), "photo_bytes_max"),
        answers={201: PhotoAnswer},
        refusals=(
            PhotoUnreadable,
            PhotoTooLarge,
            PhotoTooCostly,
            PhotosPerDay,
            PhotoUsed,
            AgeNeeded,
            GuardianNeeded,
            TooManyAtOnce,
            Busy,
        ),
    ),
)
