"""Verifies a release with nothing but its file and the log's public keys.

The hash is that of the release's canonical JSON; the log's entry names that hash; the entry leads by its proof to a
root, and the root stands in a signed head. docs/disclosures.md describes how to do the same by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

from backend.domain.certificates.canonical_json import Document, NotCanonical, canonical_bytes
from backend.domain.certificates.merkle import leaf_hash
from backend.domain.certificates.verification import Forged, Keys, Unreadable, check_head, check_inclusion
from backend.domain.disclosure.release import ENTRY_TYPE, RELEASE_TYPE


class VerifiedRelease(msgspec.Struct, frozen=True):
    """What a release's file proves. `head` None: the release is not in the log yet."""

    document: Document
    digest: str
    position: int | None
    head: Document | None


def is_release(file: Mapping[str, Any]) -> bool:
    """Whether a file is a release's, and not a certificate's."""
    release = file.get("release")
    return isinstance(release, Mapping) and release.get("type") == RELEASE_TYPE


def check_release(file: Mapping[str, Any], keys: Keys) -> VerifiedRelease:
    """Check a release's file, the JSON of /v1/disclosures/NUMBER. Raises Forged, Unreadable."""
    try:
        return _check_release(file, keys)
    except NotCanonical as error:
        raise Forged(f"The release holds {error}, which no release does.") from None
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Unreadable("This is no release: a part of it is missing.") from None


def _check_release(file: Mapping[str, Any], keys: Keys) -> VerifiedRelease:
    document: Document = file["release"]
    digest = sha256(canonical_bytes(document)).hexdigest()
    if (file["sha256"], file["number"]) != (digest, document["number"]):
        raise Forged("The SHA-256 is not that of the release.")
    logged = file["log"]
    if logged is None:
        return VerifiedRelease(document, digest, None, None)
    entry = logged["entry"]
    named = (entry["type"], entry["number"], entry["sha256"], entry["previous_sha256"])
    if named != (ENTRY_TYPE, document["number"], digest, document["previous_sha256"]):
        raise Forged("The log's entry is of another release.")
    leaf = leaf_hash(canonical_bytes(entry))
    if logged["leaf_hash"] != leaf.hex():
        raise Forged("The leaf hash is not that of the entry.")
    head = check_head(logged["head"], keys)
    if (logged["size"], logged["root"]) != (head["size"], head["root"]):
        raise Forged("Size or root are not those of the signed head.")
    check_inclusion(leaf, logged["position"], head, logged)
    return VerifiedRelease(document, digest, logged["position"], head)
