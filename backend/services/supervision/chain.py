"""Looks at the chain that a certificate rests on: each link is read anew and checked (domain.supervision.chain)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from backend.catalogue import Catalogue
from backend.domain.certificates.commitment import secret_of
from backend.domain.certificates.merkle import includes
from backend.domain.certificates.number import event_code_of
from backend.domain.certificates.verification import (
    Forged,
    Keys,
    Unreadable,
    check_certificate,
    check_head,
    read_keys,
)
from backend.domain.supervision.chain import (
    Basis,
    Link,
    check_allocation,
    check_factors,
    check_lines,
    check_sums,
    link,
)
from backend.errors.supervision.desk import HolderCopyForeign, HolderCopyForged
from backend.messages.encoding import encode
from backend.outside.content_store import ContentStore
from backend.outside.signer import Signer
from backend.services.certificates.certificates import find_certificate
from backend.services.certificates.transparency_log import describe, find_entry_at, prove_inclusion
from backend.settings import Settings
from backend.storage.database import Database
from backend.storage.statements import read

LOGGED_WITHIN = timedelta(minutes=10)
"""The log takes in what is new every minute; what is missing after ten is missing."""


class Checked(msgspec.Struct, frozen=True):
    """A certificate as it was found."""

    number: str
    url: str
    basis: Basis
    links: tuple[Link, ...]

    @property
    def is_ok(self) -> bool:
        return all(each.is_ok is not False for each in self.links)


class ChainChecker:
    """Checks the chains of certificates of one draw; what they share is read once."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        signer: Signer,
        content: ContentStore,
        settings: Settings,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._signer = signer
        self._content = content
        self._settings = settings

    async def check(
        self, numbers: Sequence[str], copies: Mapping[str, Mapping[str, Any]] | None = None
    ) -> list[Checked]:
        """Certificates with their links, in order; with the holder's copy where there is one.

        Raises HolderCopyForeign, HolderCopyForged, SignerUnavailable.
        """
        keys = read_keys(msgspec.to_builtins(await describe(self._database, self._signer, self._settings)))
        rows: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for row in await read(self._database, "read_sampled_serials", list(numbers)):
            rows[row["certificate_number"]].append(row)
        batches = await self._batches([row for found in rows.values() for row in found], keys)
        events: dict[str, Link] = {}
        return [
            await self._one(number, rows[number], batches, events, keys, (copies or {}).get(number))
            for number in numbers
        ]

    async def _one(
        self,
        number: str,
        rows: Sequence[Mapping[str, Any]],
        batches: Mapping[Any, tuple[Link, Link]],
        events: dict[str, Link],
        keys: Keys,
        copy: Mapping[str, Any] | None,
    ) -> Checked:
        code = event_code_of(number)
        (row,) = await read(self._database, "read_certificate", code, number)
        secret = urlsafe_b64encode(secret_of(row)).decode("ascii")
        view = await find_certificate(self._database, self._signer, number, self._settings, secret)
        record: dict[str, Any] = msgspec.json.decode(encode(view))
        document = record["document"]
        is_late = record["log"] is None and view.revisions[-1].changed_at + LOGGED_WITHIN < datetime.now(UTC)
        basis, lines, salt = self._lines_of(record, copy, keys)
        if code not in events:
            (sums,) = await read(self._database, "read_event_sums", code)
            events[code or ""] = _event_link(sums)
        parts = msgspec.json.decode(row["parts"]) if row["parts"] else []
        links = [
            _document_link(record, keys),
            _log_link(record, is_late=is_late),
            check_sums(record["footprint"].get("categories") or _categories(row), document)
            if lines is None
            else check_lines(lines, salt, document),
            Link("factors", None)
            if lines is None
            else check_factors(
                lines,
                document,
                self._catalogue.factor_sets,
                self._catalogue.factors,
                self._catalogue.sources,
            ),
            events[code or ""],
            check_allocation(parts, document),
            _serials_link(rows),
            *_merged(batches[row["batch_id"]] for row in _first_of_each(rows)),
        ]
        return Checked(number=number, url=f"/c/{number}", basis=basis, links=tuple(links))

    def _lines_of(
        self, record: Mapping[str, Any], copy: Mapping[str, Any] | None, keys: Keys
    ) -> tuple[Basis, list[dict[str, Any]] | None, bytes]:
        """The lines to look at, whose they are, and their salt."""
        if copy is not None:
            footprint = _checked_copy(record, copy, keys)["footprint"]
            return "holder_copy", footprint["lines"], bytes.fromhex(footprint.get("lines_salt") or "")
        footprint = record["footprint"]
        if footprint["lines"]:
            return "lines", footprint["lines"], bytes.fromhex(footprint.get("lines_salt") or "")
        return "sums", None, b""

    async def _batches(self, rows: Iterable[Mapping[str, Any]], keys: Keys) -> dict[Any, tuple[Link, Link]]:
        """Of each batch what is known of it, and its retirement in the log."""
        found = {}
        for row in _first_of_each(rows):
            found[row["batch_id"]] = (await self._batch_link(row), await self._retirement_link(row, keys))
        return found

    async def _batch_link(self, row: Mapping[str, Any]) -> Link:
        names = ("product", "project_name", "vintage", "quantity_t", "registry")
        facts = {name: row[name] for name in (*names, "registry_serial_from", "registry_serial_to")}
        checks = {
            "batch_void": row["voided_at"] is None and row["status"] == "retired",
            "batch_unconfirmed": not row["needs_confirmation"]
            or (row["confirmed_by"] is not None and row["confirmed_by"] not in row["told_by"]),
        }
        return link("batch", checks, [{"batch_id": str(row["batch_id"])} | facts])

    async def _retirement_link(self, row: Mapping[str, Any], keys: Keys) -> Link:
        proof = row["proof_sha256"]
        item = {
            "retirement_ref": row["retirement_ref"],
            "retired_on": None if row["retired_on"] is None else row["retired_on"].isoformat(),
            "proof_sha256": None if proof is None else proof.hex(),
            "position": row["logged_at"],
        }
        checks = {
            "retirement_missing": row["retirement_ref"] is not None and row["retired_on"] is not None,
            "proof_missing": proof is None or await self._has(proof),
            "retirement_not_logged": row["logged_at"] is not None and bool(row["is_logged_as_known"]),
            "retirement_not_proved": row["logged_at"] is None
            or await self._is_logged(row["logged_at"], keys),
        }
        return link("retirement", checks, [item])

    async def _has(self, sha256: bytes) -> bool:
        content = await self._content.open(sha256)
        if content is None:
            return False
        await content.aclose()
        return True

    async def _is_logged(self, position: int, keys: Keys) -> bool:
        """Whether a signed head covers the entry at a position."""
        entry = await find_entry_at(self._database, position)
        proof = await prove_inclusion(self._database, self._settings.issuer, entry)
        if proof.head is None:
            return False
        try:
            head = check_head(msgspec.to_builtins(proof.head), keys)
        except (Forged, Unreadable):
            return False
        path = [bytes.fromhex(each) for each in proof.path]
        return includes(entry["leaf_hash"], position, head["size"], path, bytes.fromhex(head["root"]))


def _document_link(record: Mapping[str, Any], keys: Keys) -> Link:
    item = {
        "number": record["number"],
        "revision": record["document"]["revision"],
        "issued_at": record["issued_at"],
        "grams": record["offset"]["grams"],
        "total_g": record["footprint"]["total_g"],
        "key_id": record["signature"]["key_id"],
    }
    try:
        check_certificate(record, keys)
    except (Forged, Unreadable):
        return Link("document", False, ("not_signed",), (item,))
    return Link("document", True, (), (item,))


def _log_link(record: Mapping[str, Any], *, is_late: bool) -> Link:
    logged = record["log"]
    if logged is None:
        return Link("log", False, ("not_logged",)) if is_late else Link("log", None)
    # Leaf, proof and head were checked with the document.
    return Link(
        "log", True, (), ({name: logged[name] for name in ("position", "size", "root", "leaf_hash")},)
    )


def _event_link(sums: Mapping[str, Any]) -> Link:
    """The event's aggregated lines: what its attendances emitted is what its counts tell."""
    checks = {"event_sum_differs": sums["emission_g"] == sums["counted_g"]}
    return link("event", checks, [dict(sums)])


def _serials_link(rows: Sequence[Mapping[str, Any]]) -> Link:
    checks = {
        "serials_outside_pool": all(row["is_in_pool"] for row in rows),
        "serials_outside_batch": all(row["is_in_batch"] for row in rows),
        "serials_overlap": not any(row["is_overlapped"] for row in rows),
    }
    return link(
        "serials",
        checks,
        [
            {
                "batch_id": str(row["batch_id"]),
                "serial_from": row["serial_from"],
                "serial_to": row["serial_to"],
            }
            for row in rows
        ],
    )


def _first_of_each(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({row["batch_id"]: row for row in rows}.values())


def _merged(links: Iterable[tuple[Link, Link]]) -> list[Link]:
    """The links of several batches as one of each name."""
    pairs = list(links)
    found = []
    for index, name in enumerate(("batch", "retirement")):
        each = [pair[index] for pair in pairs]
        wrong = tuple(dict.fromkeys(code for one in each for code in one.wrong))
        items = tuple(item for one in each for item in one.items)
        found.append(Link(name, not wrong, wrong, items))  # type: ignore[arg-type]
    return found


def _categories(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The sums of a stored footprint whose lines are not kept."""
    return list(msgspec.json.decode(row["footprint"]).get("categories") or [])


def _checked_copy(record: Mapping[str, Any], copy: Mapping[str, Any], keys: Keys) -> Mapping[str, Any]:
    """The holder's record once it holds and is of this certificate. Raises HolderCopyForeign, HolderCopyForged."""
    footprint = copy.get("footprint")
    if (
        copy.get("number") != record["number"]
        or not isinstance(footprint, dict)
        or not footprint.get("lines")
    ):
        raise HolderCopyForeign
    try:
        verified = check_certificate(copy, keys)
    except (Forged, Unreadable):
        raise HolderCopyForged from None
    if verified.document != record["document"]:
        raise HolderCopyForged
    return copy
