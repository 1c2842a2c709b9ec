"""Pictures made here: a canvas with text, panels, bars and QR codes, in fonts of our own.

Nothing is taken from the machine: a server without a single font draws the same Chinese characters. Drawing is
plain computing of a tenth of a second, so callers run it in a thread and keep what it gave.
"""

from __future__ import annotations

from backend.render.drawing.canvas import Box, Canvas
from backend.render.drawing.colours import Colour
from backend.render.drawing.fonts import drawable, fitting_size, text_width

__all__ = ["Box", "Canvas", "Colour", "drawable", "fitting_size", "text_width"]
