"""The QR codes of an event's badges as pictures in a ZIP: jobs for a process that one file has alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from backend.render.pictures.badge_pack import PicturePack

Picture = Literal["png", "svg"]
_pack: PicturePack | None = None


def begin_pack(picture: Picture, url_of: Callable[[int], str]) -> bytes:
    global _pack
    from backend.render.pictures.badge_pack import PicturePack

    _pack = PicturePack(picture, url_of)
    return b""


def add_pictures(badges: Sequence[Mapping[str, Any]]) -> bytes:
    assert _pack is not None
    return _pack.add(badges)


def end_pack() -> bytes:
    assert _pack is not None
    return _pack.end()
