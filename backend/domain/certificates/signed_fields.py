"""Which fields of a certificate's record its signed document covers, and which no signature covers.

A value that the document also holds has to be the document's. The other fields are listed, so that nobody takes a name
added to the record for a signed one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from backend.domain.certificates.canonical_json import Document
from backend.domain.certificates.document import LINE_FIELDS, lines_digest
from backend.domain.certificates.signatures import instant

# Fields that are compared, or are themselves the proof, by their place in the record.
COVERED: dict[str, tuple[str, ...]] = {
    "": (
        *("number", "issued_at", "event", "event_starts_on", "event_ends_on", "boundary", "footprint"),
        *(
            "offset",
            "claim",
            "statement",
            "document",
            "signature",
            "revisions",
            "log",
            "commitment_salt",
            "shows",
        ),
    ),
    "event": ("slug", "name", "city"),
    "offset": ("grams", "kind", "allocations", "claim", "contribution_g", "released_g", "points_paid"),
    "footprint": (
        *("total_g", "basis", "uncertainty_pct", "factor_set", "boundary", "default_pct", "organiser_g"),
        *("lines", "lines_salt"),
    ),
    "footprint.lines": (*LINE_FIELDS, "neutralised_by_organiser"),
    "signature": ("key_id", "alg", "value"),
    "log": ("position", "leaf_hash", "size", "root", "path", "head", "entry"),
}


def shown_and_signed(
    certificate: Mapping[str, Any], document: Document
) -> Iterator[tuple[str, object, object]]:
    """Each covered field by its path: the value in the record, and the value in the signed document."""
    for path, signed in _signed(document):
        yield path, _shown(certificate, path), signed
    address, footprint = certificate.get("url"), document["footprint"]
    if address is not None:
        yield "url", str(address).partition("#")[0].rsplit("/", 1)[-1], document["number"]
    # Records of before have no totals beside the lines.
    for name in ("default_pct", "organiser_g"):
        if name in certificate["footprint"]:
            yield f"footprint.{name}", certificate["footprint"][name], footprint[name]
    lines: Sequence[Mapping[str, Any]] | None = certificate["footprint"]["lines"]
    if lines is None:
        yield "footprint.lines_salt", certificate["footprint"].get("lines_salt"), None
    else:
        yield from _lines(lines, certificate["footprint"].get("lines_salt"), footprint)


def _lines(
    lines: Sequence[Mapping[str, Any]], salt: str | None, footprint: Document
) -> Iterator[tuple[str, object, object]]:
    digest = lines_digest(lines, bytes.fromhex(salt or ""))
    yield "footprint.lines", digest, footprint["lines_sha256"]
    marked_g = sum(line["emission_g"] for line in lines if line.get("neutralised_by_organiser"))
    yield "footprint.lines.neutralised_by_organiser", marked_g, footprint["organiser_g"]
    assumed_g, total_g = sum(line["emission_g"] for line in lines if line["defaults"]), footprint["total_g"]
    share = -(-100 * assumed_g // total_g) if total_g else 0
    yield "footprint.lines.defaults", share, footprint["default_pct"]
    for line in lines:
        if line["factor_ids"]:
            yield "footprint.lines.factor_ids", line["factor_ids"][0], line["factor_id"]


def unsigned(certificate: Mapping[str, Any]) -> dict[str, object]:
    """Values that a record shows and no signature covers, by path; of several lines the first one."""
    found: dict[str, object] = {}
    for path, covered in COVERED.items():
        for record in _records(certificate, path):
            for name, value in record.items():
                # An empty field shows nothing.
                if name not in covered and value not in (None, "", [], {}):
                    found.setdefault(f"{path}.{name}".lstrip("."), value)
    if len(certificate.get("revisions", ())) > 1:
        found["revisions.changed_at"] = certificate["revisions"][-1]["changed_at"]
    return found


def _records(certificate: Mapping[str, Any], path: str) -> Sequence[Mapping[str, Any]]:
    found: Any = certificate
    for name in filter(None, path.split(".")):
        found = found[name]
    if found is None:
        return ()
    return found if isinstance(found, list) else (found,)


def _signed(document: Document) -> Iterator[tuple[str, object]]:
    event, offset, footprint = document["event"], document["offset"], document["footprint"]
    yield "number", document["number"]
    yield "issued_at", document["issued_at"]
    for name in ("slug", "name", "city"):
        yield f"event.{name}", event[name]
    for name in ("starts_on", "ends_on"):
        yield f"event_{name}", event[name]
    yield "boundary", event["boundary"]
    yield "footprint.boundary", event["boundary"]
    for name in ("grams", "kind", "allocations", "claim", "contribution_g", "released_g"):
        yield f"offset.{name}", offset[name]
    yield "claim", offset["claim"]
    yield "offset.points_paid", 0  # only the payer sees it
    yield "statement", document["statement"]
    for name in ("total_g", "basis", "uncertainty_pct", "factor_set"):
        yield f"footprint.{name}", footprint[name]


def _shown(certificate: Mapping[str, Any], path: str) -> object:
    """The value of a record at a path, spelled as the document spells it."""
    value: Any = certificate
    for name in path.split("."):
        value = value[name]
    if path == "issued_at":
        at = datetime.fromisoformat(value)
        return instant(at) if at.tzinfo else None
    return value
