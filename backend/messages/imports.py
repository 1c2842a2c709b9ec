"""How a table file was read, in the answer to whoever sent it."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from backend.domain.imports.table import Encoding, Separator
from backend.messages.shape import Answer, Statement


class FileRead(Answer):
    """How a table file was read."""

    format: Literal["csv", "xlsx"]
    encoding: Annotated[Encoding | None, Meta(description="of a text file")]
    separator: Annotated[Separator | None, Meta(description="what parts the cells of a text file")]
    sheet: Annotated[str | None, Meta(description="the sheet of a spreadsheet; others are not read")]
    text: Annotated[Statement, Meta(description="the same as a sentence")]
    notes: Annotated[
        list[Statement],
        Meta(description="what to look at again, such as codes that may have lost their leading zeros"),
    ]
