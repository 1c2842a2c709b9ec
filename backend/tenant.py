"""The city or park that a request, a job or a command is done for.

One process may serve several (`TIANFU_CITIES`). Each has a database, a Redis, keys and files of its own, and nothing
below the composition root knows of the others: what used to be one per process (the ORM's connections, names that the
catalogue brings along, pages that were rendered) is looked up under the tenant of the running task. A task inherits
the tenant of the task that started it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another city of the same server, as a page names it."""

    name: Mapping[str, str]
    url: str


@dataclass(frozen=True, slots=True, eq=False)
class Tenant:
    """A city or park. The one without an id is the only one of its process."""

    id: str = ""
    name: Mapping[str, str] = field(default_factory=dict)
    """By language; empty for the only one."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Texts that it says in its own way, by language and key: its brand above all."""
    languages: tuple[str, ...] = ()
    """Those that its pages are offered in, its own first; none at all: every language that we have."""
    colour: str = ""
    """Of its brand by day, as #rrggbb; empty: the service's own."""
    colour_dark: str = ""
    logo: Path | None = None
    """An SVG; None: the service's own mark."""
    catalogue: Path | None = None
    """Files and folders that stand in place of those of the same name in the catalogue that is shipped."""
    neighbours: tuple[Neighbour, ...] = ()
    """What the home page offers to go to; a demo's alone."""
    kept: dict[Any, Any] = field(default_factory=dict, repr=False)
    """What functions marked `per_tenant` gave, and whatever else lives as long as the process."""


_CURRENT: ContextVar[Tenant] = ContextVar("tenant", default=Tenant())  # noqa: B039 - shared by all of one process


def current_tenant() -> Tenant:
    """The tenant of the running task; where a process serves one city alone, always the same."""
    return _CURRENT.get()


def enter_tenant(tenant: Tenant) -> None:
    """Make everything that the running task does from now on, and the tasks it starts, the tenant's."""
    _CURRENT.set(tenant)


@contextmanager
def within(tenant: Tenant) -> Iterator[None]:
    """Do the block for a tenant."""
    token = _CURRENT.set(tenant)
    try:
        yield
    finally:
        _CURRENT.reset(token)


def carried(job: Callable[[], Result]) -> Callable[[], Result]:
    """A job for another process, which does it for the running task's tenant: in the tenant's words."""
    here = current_tenant()
    if not here.words:
        return job
    return partial(_run_within, Tenant(id=here.id, name=here.name, words=here.words), job)


def _run_within(tenant: Tenant, job: Callable[[], Result]) -> Result:
    with within(tenant):
        return job()


def per_tenant(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """As functools.cache, with what is kept apart for every tenant. Arguments are given by position."""

    @wraps(function)
    def kept(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        found = _CURRENT.get().kept
        key = (function, args, tuple(kwargs.items()))
        try:
            result: Result = found[key]
        except KeyError:
            result = found[key] = function(*args, **kwargs)
        return result

    return kept
