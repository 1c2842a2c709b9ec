"""Decodes photos from phones, to be sure that they are pictures, and writes them anew without their metadata."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from backend.outside.photo_decoding import SIDE_MAX, CleanPhoto, Decoded, TooLarge, Unreadable

JPEG_PIXELS_MAX = 50_000_000
"""What phones take. A JPEG is decoded at a fraction of its size, so that these cost as much as a quarter of them."""
PIXELS_MAX = 16_000_000
"""Of other forms, which are decoded whole: a file of some bytes may claim any size. No phone's camera writes them."""
KEPT_SIDE_MAX = 2048
"""Enough to judge a plate or an odometer by."""
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")


def decode(raw: bytes) -> Decoded:
    """Decode and rewrite a photo. Takes a second: in a workshop."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of pictures above its own limit; ours is checked below, before a pixel is decoded.
            warnings.simplefilter("ignore")
            return _cleaned(raw)
    except MemoryError:
        raise
    except Image.DecompressionBombError:
        return TooLarge(PIXELS_MAX)
    except Exception:
        # A decoder fed with broken bytes fails in many ways (OSError, SyntaxError, ValueError, struct.error, …).
        return Unreadable()


def _cleaned(raw: bytes) -> Decoded:
    with Image.open(io.BytesIO(raw), formats=FORMATS) as image:
        width, height = image.size
        pixels_max = JPEG_PIXELS_MAX if image.format == "JPEG" else PIXELS_MAX
        if width * height > pixels_max or max(width, height) > SIDE_MAX:
            return TooLarge(pixels_max)
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
