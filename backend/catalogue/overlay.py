"""The directory of the catalogue: the one shipped here, or with a tenant's own files in place of shipped ones."""

from __future__ import annotations

import atexit
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from backend.catalogue.reading import CatalogueError
from backend.tenant import current_tenant, per_tenant

DIRECTORY = Path(__file__).parent
REPLACEABLE = ("*.toml", "*.csv", "articles", "criteria", "policies")
"""Whole files and folders; what is left out is the shipped one."""


def catalogue_directory() -> Path:
    """Where the catalogue of the running task's tenant is read from. Raises CatalogueError: see `compose`."""
    own = current_tenant().catalogue
    return DIRECTORY if own is None else _composed(own)


@per_tenant
def _composed(own: Path) -> Path:
    directory = Path(mkdtemp(prefix="tianfu-catalogue-"))
    atexit.register(rmtree, directory, ignore_errors=True)
    compose(own, directory)
    return directory


def compose(own: Path, into: Path) -> None:
    """Fill a directory with links: to a tenant's own files, and to the shipped ones that it does not replace.

    Raises CatalogueError for a name that the shipped catalogue does not have: it would be read by nobody, and the
    tenant would go by rules that it thinks it has replaced.
    """
    shipped = {path.name: path for pattern in REPLACEABLE for path in DIRECTORY.glob(pattern)}
    if not own.is_dir():
        raise CatalogueError(f"{own}: is no directory of a catalogue")
    replaced = {path.name: path.resolve() for path in own.iterdir() if not path.name.startswith(".")}
    unknown = sorted(replaced.keys() - shipped.keys())
    if unknown:
        raise CatalogueError(f"{own}: the catalogue has no {', '.join(unknown)} to replace")
    for name, path in (shipped | replaced).items():
        (into / name).symlink_to(path)
