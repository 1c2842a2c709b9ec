"""Verifies a certificate with nothing but its file and the log's public keys.

The shown values are compared with the signed document; the document with the signature and with its leaf in the log;
the leaf, by its proof, with a root; the root with the head's signature. Each step that fails says so in a sentence.
docs/certificates.md describes how to do the same by hand.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec

from backend.domain.certificates.canonical_json import Document, NotCanonical, canonical_bytes
from backend.domain.certificates.commitment import commitment, entry_document
from backend.domain.certificates.document import CERTIFICATE_TYPE, FIRST_TYPE
from backend.domain.certificates.merkle import includes, is_consistent, leaf_hash
from backend.domain.certificates.signatures import ALGORITHM, HEAD_TYPE, instant, is_signed
from backend.domain.certificates.signed_fields import shown_and_signed, unsigned

REVISIONS_MAX = 200
"""A journey may be revised fifty times, and each revision may change the grams."""

Keys = Mapping[str, bytes]
"""Public keys by their id."""


class Forged(Exception):
    """A shown value or a proof does not hold; the sentence says which."""


class Unreadable(Exception):
    """The file is no certificate, head or file of keys."""


class Verified(msgspec.Struct, frozen=True):
    """What a certificate's file proves."""

    document: Document
    shows_lines: bool
    commitment_salt: bytes
    position: int | None
    head: Document | None
    """The signed head; None: the certificate is signed and not yet in the log."""
    earlier: Sequence[Mapping[str, Any]] = ()
    """What it stood for before, as the record tells: signed only by the log's entries, see `check_revision`."""
    unsigned: Mapping[str, object] = {}
    """What the record shows besides and nothing signs, by its path."""


def read_keys(file: object) -> dict[str, bytes]:
    """Public keys from /.well-known/tianfu-log.json. Raises Unreadable."""
    try:
        listed = file["keys"]  # type: ignore[index]
        keys = {each["key_id"]: b64decode(each["public_key"], validate=True) for each in listed}
    except (KeyError, TypeError, ValueError):
        raise Unreadable("This is no file of the log's public keys.") from None
    if not keys:
        raise Unreadable("The file has no key.")
    return keys


def check_certificate(certificate: Mapping[str, Any], keys: Keys) -> Verified:
    """Check a certificate's file. Raises Forged, Unreadable."""
    try:
        return _check_certificate(certificate, keys)
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        if isinstance(error, NotCanonical):
            raise Forged(f"The document holds {error}, which no certificate does.") from None
        raise Unreadable("This is no certificate's record: a part of it is missing.") from None


def _check_certificate(certificate: Mapping[str, Any], keys: Keys) -> Verified:
    document = certificate["document"]
    if document is None:
        raise Unreadable(
            "The record has no document: of one from before there were salts, the holder's link alone gives it."
        )
    if document["type"] not in (CERTIFICATE_TYPE, FIRST_TYPE):
        raise Forged("The document is no certificate.")
    for field, shown, signed in shown_and_signed(certificate, document):
        if shown != signed:
            raise Forged(f"`{field}` is not what the signed document says.")
    text = canonical_bytes(document)
    _check_signature(certificate["signature"], text, keys, "certificate")
    logged = certificate["log"]
    shows_lines = certificate["footprint"]["lines"] is not None
    salt = bytes.fromhex(certificate.get("commitment_salt", ""))
    if logged is None:
        earlier = _earlier(certificate, document)
        return Verified(document, shows_lines, salt, None, None, earlier, unsigned(certificate))
    leaf = leaf_hash(_entry_text(certificate, document, text))
    if logged["leaf_hash"] != leaf.hex():
        raise Forged("The leaf hash is not that of the document.")
    head = check_head(logged["head"], keys)
    if (logged["size"], logged["root"]) != (head["size"], head["root"]):
        raise Forged("Size or root are not those of the signed head.")
    path = [bytes.fromhex(each) for each in logged["path"]]
    if not includes(leaf, _whole(logged["position"]), head["size"], path, bytes.fromhex(head["root"])):
        raise Forged("The proof does not lead from the document to the signed root.")
    earlier = _earlier(certificate, document)
    return Verified(document, shows_lines, salt, logged["position"], head, earlier, unsigned(certificate))


def _entry_text(certificate: Mapping[str, Any], document: Document, text: bytes) -> bytes:
    """What the leaf hashes: the document itself at first, since then the entry that commits to it. Raises Forged."""
    if document["type"] == FIRST_TYPE:
        return text
    salt = bytes.fromhex(certificate["commitment_salt"])
    entry: Document = certificate["log"]["entry"]
    if entry != entry_document(salt, document, sha256(text).digest()):
        raise Forged("The leaf hash is not that of the document: the log commits to another one.")
    return canonical_bytes(entry)


def _earlier(certificate: Mapping[str, Any], document: Document) -> Sequence[Mapping[str, Any]]:
    """The revisions before this one. Raises Forged when the list does not end with the signed one."""
    revisions: Sequence[Mapping[str, Any]] = certificate.get("revisions", ())
    if not revisions:
        return ()  # a record saved before records listed their revisions
    if len(revisions) > REVISIONS_MAX:
        raise Unreadable(f"The record tells more than {REVISIONS_MAX} revisions.")
    numbers = [_whole(each["revision"]) for each in revisions]
    for each in revisions:
        # It becomes a part of addresses that are asked for.
        if each["position"] is not None and _whole(each["position"]) < 0:
            raise Forged("A revision's entry of the log is none.")
    last, logged = revisions[-1], certificate["log"]
    is_current = (numbers[-1], last["grams"]) == (document["revision"], document["offset"]["grams"])
    if not is_current or numbers != sorted({*numbers}):
        raise Forged("`revisions` do not end with what the signed document says.")
    if logged is not None and last["position"] != logged["position"]:
        raise Forged("`revisions` name another entry of the log than the proof.")
    committed = last.get("document_sha256")
    if committed is not None and committed != sha256(canonical_bytes(document)).hexdigest():
        raise Forged("`revisions` name another document than the signed one.")
    began = datetime.fromisoformat(revisions[0]["changed_at"])
    if began.tzinfo is None or instant(began) != document["issued_at"]:
        raise Forged("`revisions` do not begin when the certificate was issued.")
    return revisions[:-1]


def check_revision(number: str, salt: bytes, revision: Mapping[str, Any], entry: Mapping[str, Any]) -> bytes:
    """Check that a log entry says what the record says about an earlier revision; returns the entry's leaf.

    `revision` has the SHA-256 of the document that the entry commits to. Raises Forged, Unreadable.
    """
    try:
        document = entry["document"]
        leaf = leaf_hash(canonical_bytes(document))
        committed = commitment(salt, number, bytes.fromhex(revision["document_sha256"]))
        stated = document["commitment"], document["revision"], document["grams"]
        if stated != (committed, revision["revision"], revision["grams"]):
            raise Forged(
                f"Revision {revision['revision']} is not what entry {revision['position']} of the log says."
            )
        return leaf
    except (KeyError, TypeError, ValueError):
        raise Unreadable("This is no entry of the log.") from None


def check_inclusion(leaf: bytes, position: int, head: Document, proof: Mapping[str, Any]) -> None:
    """Check that an entry is in the log that a checked head covers. Raises Forged, Unreadable."""
    try:
        path = [bytes.fromhex(each) for each in proof["path"]]
    except (KeyError, TypeError, ValueError):
        raise Unreadable("This is no proof of inclusion.") from None
    if not includes(leaf, position, head["size"], path, bytes.fromhex(head["root"])):
        raise Forged(f"The proof does not lead from entry {position} to the signed root.")


def check_head(head: Mapping[str, Any], keys: Keys) -> Document:
    """Check a head and return its signed document. Raises Forged, Unreadable."""
    try:
        document: Document = {name: head[name] for name in ("type", "log", "size", "root", "signed_at")}
        if document["type"] != HEAD_TYPE or _whole(document["size"]) < 1:
            raise Forged("This is no head of the log.")
        _check_signature(head["signature"], canonical_bytes(document), keys, "head of the log")
    except (KeyError, TypeError, ValueError):
        raise Unreadable("This is no head of the log: a part of it is missing.") from None
    return document


def check_growth(earlier: Document, later: Document, proof: Mapping[str, Any] | None) -> None:
    """Check that the log only grew from one checked head to another. Raises Forged, Unreadable.

    `proof` is the answer of /v1/log/proofs/consistency; none is needed for heads of one size.
    """
    if earlier["log"] != later["log"]:
        raise Forged("The heads are of two different logs.")
    first, second = earlier["size"], later["size"]
    if first > second:
        raise Forged(f"The log went backwards: it had {first} entries and has {second} now.")
    if first == second:
        if earlier["root"] != later["root"]:
            raise Forged(f"The log was rewritten: two different roots are signed over {first} entries.")
        return
    if later["signed_at"] < earlier["signed_at"]:
        raise Forged("The log went backwards: the larger head was signed before the smaller one.")
    if proof is None:
        raise Unreadable(
            f"A proof is needed that the log of {second} entries begins with that of {first}: "
            f"/v1/log/proofs/consistency?first={first}&second={second}."
        )
    try:
        path = [bytes.fromhex(each) for each in proof["path"]]
        roots = bytes.fromhex(earlier["root"]), bytes.fromhex(later["root"])
    except (KeyError, TypeError, ValueError):
        raise Unreadable("This is no proof of consistency.") from None
    if not is_consistent(first, roots[0], second, roots[1], path):
        raise Forged(f"The log was rewritten: its {second} entries do not begin with the {first} of before.")


def _check_signature(signature: Mapping[str, Any], text: bytes, keys: Keys, what: str) -> None:
    key_id = signature["key_id"]
    if signature["alg"] != ALGORITHM:
        raise Forged(f"The {what} is signed by another algorithm than {ALGORITHM}.")
    if key_id not in keys:
        raise Forged(f"The {what} is signed by the key {key_id!r}, which is none of the log's.")
    if not is_signed(keys[key_id], text, b64decode(signature["value"], validate=True)):
        raise Forged(
            f"The signature of the {what} is wrong: what it says was changed, or somebody else signed it."
        )


def _whole(value: object) -> int:
    if type(value) is not int:
        raise Forged("A number of the proof is none.")
    return value
