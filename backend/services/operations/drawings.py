"""Files that are drawn: each once for as long as it shows the same, in the workshop, and kept for every process."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

from backend.outside.drawn_files import DrawnFiles
from backend.outside.workshop.workshop import Workshop
from backend.render.pictures.renderer import Drawing
from backend.tenant import current_tenant, per_tenant

BACKEND = Path(__file__).parents[2]


class Drawings:
    """Draws, keeps, and gives those who ask for one file at the same time one drawing."""

    def __init__(self, workshop: Workshop, files: DrawnFiles) -> None:
        self._workshop = workshop
        self._files = files
        self._under_way: dict[bytes, asyncio.Task[bytes]] = {}

    async def get(self, drawing: Drawing, caller: str, *, is_anonymous: bool = False) -> bytes:
        """The file. `caller` is an account, or what an anonymous caller asks about; what is kept is not counted.

        Raises TooManyAtOnce, Busy.
        """
        shown = edition() + drawing.shown
        digest = hashlib.sha256(shown).digest()
        task = self._under_way.get(digest)
        if task is None:
            task = asyncio.create_task(self._get(shown, drawing, caller, is_anonymous))
            self._under_way[digest] = task
            task.add_done_callback(lambda _: self._under_way.pop(digest, None))
        # A client that hangs up does not take the file from the others who wait for it.
        return await asyncio.shield(task)

    async def stop(self) -> None:
        await self._workshop.stop()

    async def _get(self, shown: bytes, drawing: Drawing, caller: str, is_anonymous: bool) -> bytes:
        kept = await self._files.get(shown)
        if kept is None:
            kept = await self._workshop.do(drawing.draw, caller, is_anonymous=is_anonymous)
            await self._files.put(shown, kept)
        return kept


@per_tenant
def edition() -> bytes:
    """A digest of all that decides how a file looks: after an update nobody is served one of the old design."""
    digest = hashlib.sha256()
    for path in sorted((*BACKEND.glob("render/**/*.py"), *BACKEND.glob("texts/**/*.json"))):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    digest.update(
        repr(sorted((key, sorted(texts.items())) for key, texts in current_tenant().words.items())).encode()
    )
    return digest.digest()
