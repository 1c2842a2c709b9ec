"""A digest of a request tells repeats, and nothing to who has the digest and can guess the request."""

from __future__ import annotations

import hashlib

from backend.domain.request_digests import RequestDigests

SAID = b'/v1/scans\0{"journey":{"from_city":"\xe5\x8c\x97\xe4\xba\xac"}}'
OLD, NEW = {"s1": b"o" * 32}, {"s2": b"n" * 32}


def test_the_same_request_has_the_same_digest_and_another_has_another() -> None:
    digests = RequestDigests(OLD)
    digest, _ = digests.of(SAID)
    assert len(digest) == 32
    assert RequestDigests(dict(OLD)).of(SAID)[0] == digest
    for said in (SAID + b" ", SAID[1:], b""):
        assert digests.of(said)[0] != digest


def test_who_has_no_key_finds_no_request_by_trying() -> None:
    digest, _ = RequestDigests(OLD).of(SAID)
    for guess in (hashlib.sha256(SAID), hashlib.blake2b(SAID, digest_size=32)):
        assert guess.digest() != digest
    assert RequestDigests(NEW).of(SAID)[0] != digest


def test_what_was_digested_before_the_key_was_changed_is_recognised() -> None:
    before, _ = RequestDigests(OLD).of(SAID)
    now, earlier = RequestDigests(NEW | OLD).of(SAID)
    assert now == RequestDigests(NEW).of(SAID)[0]
    assert before in earlier
    # And what the version before stored, which had no key.
    assert hashlib.sha256(SAID).digest() in earlier
