"""Decodes photos from phones, to be sure that they are pictures, and writes them anew without their metadata."""

from __future__ import annotations

import io
import warnings

import msgspec
from PIL import Image, ImageOps

from backend.errors.actions.evidence import PhotoTooLarge, PhotoUnreadable

PIXELS_MAX = 50_000_000
"""A file of some bytes may claim any size; this many pixels take 200 MB for the moment they are decoded."""
SIDE_MAX = 12_000
KEPT_SIDE_MAX = 2048
"""Enough to judge a plate or an odometer by."""
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")


class CleanPhoto(msgspec.Struct, frozen=True):
    """An upright JPEG without location, time or camera."""

    content: bytes
    width: int
    height: int


def clean_photo(raw: bytes) -> CleanPhoto:
    """Decode and rewrite a photo. Raises PhotoUnreadable, PhotoTooLarge. Takes a second: not on the event loop."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of pictures above its own limit; ours is checked below, before a pixel is decoded.
            warnings.simplefilter("ignore")
            return _cleaned(raw)
    except (PhotoTooLarge, MemoryError):
        raise
    except Image.DecompressionBombError:
        raise PhotoTooLarge(pixels_max=PIXELS_MAX, side_max=SIDE_MAX) from None
    except Exception as error:
        # A decoder fed with broken bytes fails in many ways (OSError, SyntaxError, ValueError, struct.error, …).
        raise PhotoUnreadable from error


def _cleaned(raw: bytes) -> CleanPhoto:
    with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
        width, height = image.size
        if width * height > PIXELS_MAX or max(width, height) > SIDE_MAX:
            raise PhotoTooLarge(pixels_max=PIXELS_MAX, side_max=SIDE_MAX)
        # JPEG can be decoded at a fraction of its size, which is most of the time saved.
        image.draft("RGB", (KEPT_SIDE_MAX, KEPT_SIDE_MAX))
        image.load()
        upright = ImageOps.exif_transpose(image)
    upright.thumbnail((KEPT_SIDE_MAX, KEPT_SIDE_MAX))
    plain = _on_white(upright)
    content = io.BytesIO()
    plain.save(content, "JPEG", quality=QUALITY)
    return CleanPhoto(content.getvalue(), plain.width, plain.height)


def _on_white(image: Image.Image) -> Image.Image:
    """The picture without transparency and palette, as a new one: other content of the file stays behind."""
    page = Image.new("RGB", image.size, "white")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        page.paste(layer, mask=layer.getchannel("A"))
    else:
        page.paste(image.convert("RGB"))
    return page
