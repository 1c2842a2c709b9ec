"""`tianfu verify`: checks a certificate's or a release's file against public keys, a kept head and the log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from backend.domain.certificates.canonical_json import Document
from backend.domain.certificates.document import reading_of
from backend.domain.certificates.verification import (
    Forged,
    Keys,
    Unreadable,
    Verified,
    check_certificate,
    check_growth,
    check_head,
    check_inclusion,
    check_revision,
    read_keys,
)
from backend.domain.disclosure.verification import VerifiedRelease, check_release, is_release
from backend.domain.mass import kilograms
from backend.outside.published_log import LogAway, fetch_json
from backend.texts.plurals import counted

__all__ = ["Forged", "LogAway", "Unreadable", "verify"]

FILE_BYTES_MAX = 4 * 1024 * 1024
UNSIGNED_SHOWN_MAX, UNSIGNED_LENGTH_MAX = 12, 80


def verify(
    certificate: Path, keys: Path | None, url: str, head: Path | None, proof: Path | None
) -> list[str]:
    """Sentences about what holds. Raises Forged, Unreadable, LogAway.

    Without `url` it reads files alone. With it the log's newest head is checked as well: that the
    certificate's head, and the earlier one, are beginnings of it.
    """
    trusted = read_keys(_read(keys)) if keys else read_keys(fetch_json(url, "/.well-known/tianfu-log.json"))
    earlier = check_head(_read(head), trusted) if head else None
    file = _read(certificate)
    if is_release(file):
        release = check_release(file, trusted)
        return [*_release_sentences(release), *_growth_sentences(url, release.head, earlier, proof, trusted)]
    found = check_certificate(file, trusted)
    sentences = [*_sentences(found), *_unsigned_sentences(found, is_online=bool(url))]
    sentences += _growth_sentences(url, found.head, earlier, proof, trusted)
    if url:
        newest = check_head(fetch_json(url, "/v1/log/heads/latest"), trusted)
        sentences += _earlier_sentences(url, found, newest)
    return sentences


def _growth_sentences(
    url: str, shown: Document | None, earlier: Document | None, proof: Path | None, trusted: Keys
) -> list[str]:
    """That the log only grew between the head that a file shows, one that was kept and the newest one."""
    if url:
        newest = check_head(fetch_json(url, "/v1/log/heads/latest"), trusted)
        kept = [each for each in (earlier, shown) if each is not None]
        for each in kept:
            check_growth(each, newest, _proof(url, each, newest))
        size = counted(newest["size"], "entry", "entries")
        return [f"The log of {size} at {url} still begins with it."] if kept else []
    if earlier is not None and shown is not None:
        check_growth_either_way(earlier, shown, _read(proof) if proof else None)
        return ["Its head and the one of before are of one log, which only grew."]
    if earlier is not None:
        raise Unreadable("The certificate is not in the log yet: there is no head to compare.")
    return []


def _release_sentences(found: VerifiedRelease) -> list[str]:
    document = found.document
    period, previous = document["period"], document["previous_sha256"]
    sentences = [
        f"Release {document['number']} ({document['kind']} {_plain(str(document['subject']))}, "
        f"{period['from']} to {period['to']}), published {document['published_at']}.",
        f"Its SHA-256 is {found.digest}.",
        "The chain begins with it."
        if previous is None
        else f"It follows the release with SHA-256 {previous}.",
    ]
    if found.head is None:
        sentences.append("It is not in the log yet: ask for it again in a minute.")
    else:
        sentences.append(
            f"It is entry {found.position} of the log; the head over "
            f"{counted(found.head['size'], 'entry', 'entries')} was signed at {found.head['signed_at']}."
        )
    return sentences


def check_growth_either_way(one: Document, other: Document, proof: Mapping[str, Any] | None) -> None:
    """Check that one of two heads is the beginning of the other; the one signed first has to be the smaller."""
    earlier, later = sorted((one, other), key=lambda head: (head["signed_at"], head["size"]))
    check_growth(earlier, later, proof)


def _earlier_sentences(url: str, found: Verified, newest: Document) -> list[str]:
    """Check each earlier revision that was logged against its entry."""
    logged = [each for each in found.earlier if _is_compared(each)]
    for each in logged:
        position = each["position"]
        leaf = check_revision(
            found.document["number"],
            found.commitment_salt,
            each,
            fetch_json(url, f"/v1/log/entries/{position}"),
        )
        proof = fetch_json(url, f"/v1/log/proofs/inclusion?position={position}&size={newest['size']}")
        check_inclusion(leaf, position, newest, proof)
    return [f"What it stood for before is in the log as it tells: revisions {len(logged)}."] if logged else []


def _sentences(found: Verified) -> list[str]:
    document = found.document
    offset, event = document["offset"], document["event"]
    sentences = [
        f"Certificate {document['number']}: {kilograms(offset['grams'])} kgCO2e ({_called(offset)}) "
        f"for {event['name']['en']}, issued {document['issued_at']}.",
        "The signature is right, and what it covers is shown as it was signed.",
        "Its lines are those that were signed."
        if found.shows_lines
        else "Its lines are not shown: the record has the totals.",
    ]
    if found.head is None:
        sentences.append("It is not in the log yet: ask for its record again in a minute.")
    else:
        sentences.append(
            f"It is entry {found.position} of the log; the head over "
            f"{counted(found.head['size'], 'entry', 'entries')} was signed at {found.head['signed_at']}."
        )
    if offset["contribution_g"] > 0:
        sentences.append(
            f"Of it {kilograms(offset['contribution_g'])} kgCO2e are a contribution, not offset."
        )
    if offset["released_g"] > 0:
        sentences.append(f"Since its issue {kilograms(offset['released_g'])} kgCO2e were released.")
    return sentences


def _called(offset: Document) -> str:
    """How the grams are called: a mixed certificate is both."""
    reading = reading_of(offset["grams"], offset["contribution_g"])
    return f"{offset['kind']} {'offset and contribution' if reading == 'mixed' else reading}"


def _unsigned_sentences(found: Verified, *, is_online: bool) -> list[str]:
    """What the record shows and no signature covers."""
    rest = dict(found.unsigned)
    sentences = []
    if "name" in rest:
        sentences.append(
            f"Not signed: name {_quoted(rest.pop('name'))}. Whoever has the file may have put it there."
        )
    if rest:
        shown = [_plain(path) for path in list(rest)[:UNSIGNED_SHOWN_MAX]]
        more = len(rest) - len(shown)
        sentences.append(f"Not signed: {', '.join(shown)}{f' and {more} more' if more else ''}.")
    alone = [each for each in found.earlier if not is_online or not _is_compared(each)]
    if alone:
        numbers = ", ".join(str(each["revision"]) for each in alone)
        why = (
            "no entry of the log is named that commits to it"
            if is_online
            else "--url compares the log's entries"
        )
        sentences.append(f"Not signed: what it stood for before, revisions {numbers}; {why}.")
    return sentences


def _is_compared(revision: Mapping[str, Any]) -> bool:
    """Whether an entry of the log commits to an earlier revision."""
    return revision["position"] is not None and revision.get("document_sha256") is not None


def _quoted(value: object) -> str:
    return f'"{_plain(str(value))}"'


def _plain(text: str) -> str:
    """A text of somebody else's file, made safe for the terminal."""
    text = text if len(text) <= UNSIGNED_LENGTH_MAX else text[:UNSIGNED_LENGTH_MAX] + "…"
    return text if text.isprintable() else ascii(text)[1:-1]


def _proof(url: str, earlier: Document, later: Document) -> Mapping[str, Any] | None:
    first, second = earlier["size"], later["size"]
    if first >= second:
        return None
    return fetch_json(url, f"/v1/log/proofs/consistency?first={first}&second={second}")


def _read(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Unreadable(f"{path} is larger than {FILE_BYTES_MAX} bytes.")
        found = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, RecursionError):
        raise Unreadable(f"{path} is no JSON.") from None
    if not isinstance(found, dict):
        raise Unreadable(f"{path} is no JSON object.")
    return found
