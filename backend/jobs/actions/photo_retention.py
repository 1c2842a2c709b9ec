"""Deletes photos past their retention and those of erased citizens: the file first, then the row says so."""

from __future__ import annotations

from datetime import datetime, timedelta

from backend.outside.photo_files import PhotoFiles
from backend.services.actions.photos import file_name
from backend.storage.database import Database
from backend.storage.statements import read, write

PHOTOS_PER_CHUNK = 500


async def remove_old_photos(database: Database, files: PhotoFiles, now: datetime, *, days_max: int) -> int:
    """Delete photos older than `days_max` days and those of erased citizens; returns how many."""
    removed = 0
    while True:
        rows = await read(database, "find_photos_to_remove", now - timedelta(days=days_max), PHOTOS_PER_CHUNK)
        if not rows:
            return removed
        for row in rows:
            await files.remove(file_name(row["file_owner"], row["sha256"]))
        columns = ([row["citizen_id"] for row in rows], [row["sha256"] for row in rows])
        await write("mark_photos_removed", *columns, now)
        removed += len(rows)
