"""The export of a citizen's data as a page to read and to print: whole without scripts, made piece by piece."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from markupsafe import escape

from backend.messages.encoding import encode
from backend.render.texts.dates import moment
from backend.texts import has_text, say

ROWS_PER_PIECE = 50
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#16231c}"
    "dl{border-top:1px solid #cfd8d2;margin:0;padding:.6rem 0;display:grid}"
    "dl{grid-template-columns:minmax(8rem,14rem) 1fr}"
    "dt{color:#55645b}dd{margin:0;overflow-wrap:anywhere}dd dl{border:0;padding:0}h2{margin-top:2rem}"
)
_READER = msgspec.json.Decoder(float_hook=Decimal)


async def write_page(
    parts: AsyncGenerator[tuple[str, object], None], language: str, at: datetime
) -> AsyncGenerator[bytes, None]:
    """The parts of an export in the words of a language; a list without rows says so."""
    title = escape(say(language, "export.title"))
    lead = escape(say(language, "export.lead", at=moment(language, at)))
    yield (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{title}</h1><p>{lead}</p>"
    ).encode()
    current, has_rows = "", False
    async for name, value in parts:
        if name != current:
            yield _end(language, current, has_rows=has_rows)
            current, has_rows = name, False
            yield f"<h2>{_word(language, name)}</h2>".encode()
        # As the JSON says it: both exports show the same.
        plain: Any = _READER.decode(encode(value))
        rows: Sequence[Any] = plain if isinstance(plain, list) else [plain]
        has_rows = has_rows or bool(rows)
        for first in range(0, len(rows), ROWS_PER_PIECE):
            yield "".join(_shown(language, row) for row in rows[first : first + ROWS_PER_PIECE]).encode()
    yield _end(language, current, has_rows=has_rows) + b"</body></html>"


def _end(language: str, name: str, *, has_rows: bool) -> bytes:
    return b"" if not name or has_rows else f"<p>{escape(say(language, 'export.nothing'))}</p>".encode()


def _shown(language: str, value: Any) -> str:
    if isinstance(value, Mapping):
        if value.keys() == {"zh-CN", "en"}:
            return str(escape(value[language]))
        facts = "".join(
            f"<dt>{_word(language, name)}</dt><dd>{_shown(language, each)}</dd>"
            for name, each in value.items()
        )
        return f"<dl>{facts}</dl>"
    if isinstance(value, list):
        return "".join(f"<div>{_shown(language, each)}</div>" for each in value) or "—"
    if value is None:
        return "—"
    if isinstance(value, bool):
        return str(escape(say(language, "export.yes" if value else "export.no")))
    return str(escape(str(value)))


def _word(language: str, name: str) -> str:
    """A list or a field in the reader's language; a field that has no word of its own keeps its name in the JSON."""
    key = f"export.{name}"
    return str(escape(say(language, key) if has_text(key) else name))
