"""Access tokens: only what we wrote ourselves is read, whatever else a token claims (RFC 8725)."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from backend.auth import TOKEN_CHARS_MAX, Principal, RevokedSessions, Tokens
from backend.errors import SessionRevoked, TokenExpired, TokenInvalid
from backend.models.keys import uuid7

# 64 bytes, so that PyJWT makes tokens of HS512 with them as well.
KEY = b"the-first-key-of-the-tests".ljust(64, b"1")
NEXT_KEY = b"the-second-key-of-the-tests".ljust(64, b"2")
STRANGE_KEY = b"a-key-that-is-not-ours".ljust(64, b"3")
HEADER = {"alg": "HS256", "kid": "k1", "typ": "at+jwt"}
CALLER = Principal(uuid7(), "citizen", uuid7())


def tokens_with(keys: dict[str, bytes], *, life_s: int = 1200) -> Tokens:
    return Tokens(keys, issuer="tianfu", audience="tianfu-api", life_s=life_s)


TOKENS = tokens_with({"k1": KEY})


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    found = {
        "iss": "tianfu",
        "aud": "tianfu-api",
        "sub": str(CALLER.id),
        "sid": str(CALLER.session_id),
        "role": "citizen",
        "jti": str(uuid7()),
        "iat": now,
        "exp": now + 600,
    } | changes
    return {name: value for name, value in found.items() if value is not None}


def signed(body: dict[str, Any] | None = None, *, key: Any = KEY, alg: str = "HS256", **header: Any) -> str:
    """A token as PyJWT makes it, with any header."""
    headers = {name: value for name, value in (HEADER | header).items() if name != "alg"}
    return jwt.encode(claims() if body is None else body, key, algorithm=alg, headers=headers)


def part(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def test_a_token_that_was_issued_names_its_caller() -> None:
    assert TOKENS.read(TOKENS.issue(CALLER)) == CALLER


def test_a_token_issued_here_is_one_that_pyjwt_reads() -> None:
    token = TOKENS.issue(CALLER)
    read = jwt.decode(token, KEY, algorithms=["HS256"], audience="tianfu-api", issuer="tianfu")
    assert read["sub"] == str(CALLER.id)
    assert jwt.get_unverified_header(token) == HEADER


def test_a_token_made_elsewhere_with_our_key_and_our_form_is_read() -> None:
    # Or the refusals below would prove nothing: this is the same token before it is spoilt.
    assert TOKENS.read(signed()) == CALLER


def test_no_two_tokens_are_the_same() -> None:
    assert len({TOKENS.issue(CALLER, now=1_000_000) for _ in range(50)}) == 50


def with_no_algorithm() -> str:
    return f"{part(HEADER | {'alg': 'none'})}.{part(claims())}."


def with_no_algorithm_and_a_signature() -> str:
    return f"{part(HEADER | {'alg': 'none'})}.{signed().partition('.')[2]}"


def with_rs256() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return signed(key=key, alg="RS256")


def with_the_header_of_rs256_and_our_hmac() -> str:
    # The classic confusion: the verifier's public key taken for an HMAC secret.
    token = signed()
    return f"{part(HEADER | {'alg': 'RS256'})}.{token.partition('.')[2]}"


def with_a_payload_that_was_changed() -> str:
    header, payload, signature = signed().split(".")
    body = json.loads(urlsafe_b64decode(payload + "=="))
    return f"{header}.{part(body | {'role': 'operator'})}.{signature}"


def with_a_signature_that_was_changed() -> str:
    header, payload, signature = signed().split(".")
    return f"{header}.{payload}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def with_a_stranger_in_the_signature() -> str:
    header, payload, signature = signed().split(".")
    return f"{header}.{payload}.{signature[:10]}!{signature[10:]}"


def with_another_alphabet() -> str:
    """The same signature in the base64 of mail, which is not the one of tokens."""
    while True:
        header, payload, signature = signed().split(".")
        if {"-", "_"} & set(signature):
            return f"{header}.{payload}.{signature.replace('-', '+').replace('_', '/')}"


def with_a_line_feed_at_the_end() -> str:
    return signed() + "\n"


SPOILT: dict[str, Callable[[], str]] = {
    "alg none": with_no_algorithm,
    "alg none and a signature": with_no_algorithm_and_a_signature,
    "RS256": with_rs256,
    "RS256 in the header of an HMAC": with_the_header_of_rs256_and_our_hmac,
    "HS512": lambda: signed(alg="HS512"),
    "HS384": lambda: signed(alg="HS384"),
    "a payload changed": with_a_payload_that_was_changed,
    "a signature changed": with_a_signature_that_was_changed,
    "a stranger in the signature": with_a_stranger_in_the_signature,
    "another alphabet": with_another_alphabet,
    "a line feed at the end": with_a_line_feed_at_the_end,
    "a key id of nobody": lambda: signed(kid="k2"),
    "a key id that is a path": lambda: signed(kid="../../../dev/null"),
    "a key id that is SQL": lambda: signed(kid="k1' OR '1'='1"),
    "a foreign key": lambda: signed(key=STRANGE_KEY),
    "a key brought along": lambda: signed(key=STRANGE_KEY, jwk={"kty": "oct", "k": part(STRANGE_KEY)}),
    "a key's address brought along": lambda: signed(jku="https://example.org/keys.json"),
    "critical extensions": lambda: signed(crit=["exp"]),
    "another typ": lambda: signed(typ="JWT"),
    "another issuer": lambda: signed(claims(iss="somebody else")),
    "another audience": lambda: signed(claims(aud="another-api")),
    "two audiences": lambda: signed(claims(aud=["tianfu-api", "another-api"])),
    "a subject that is no id": lambda: signed(claims(sub="not-a-uuid")),
    "a role that is none": lambda: signed(claims(role="root")),
    "an end that is a word": lambda: signed(claims(exp="never")),
    "an end without end": lambda: signed(claims(exp=float("inf"))),
    "one claim more": lambda: signed(claims(admin=True)),
    **{f"no {name}": lambda name=name: signed(claims(**{name: None})) for name in claims()},
    "no payload of JSON": lambda: jwt.api_jws.encode(b"not json", KEY, headers=HEADER),
    "two tokens": lambda: signed() + "." + signed(),
    "too long": lambda: "x" * (TOKEN_CHARS_MAX + 1),
    "a claim that is too long": lambda: signed(claims(jti="x" * TOKEN_CHARS_MAX)),
    "not ASCII": lambda: signed()[:-5] + "胸牌码",
    "half a surrogate": lambda: "\ud800" + signed()[1:],
    "nothing": lambda: "",
    "one dot": lambda: ".",
    "two dots": lambda: "..",
    "garbage": lambda: "garbage",
    "a header alone": lambda: f"{part(HEADER)}..",
    "forty zeros": lambda: "\0" * 40,
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_token_we_did_not_write_is_refused(how: str) -> None:
    with pytest.raises(TokenInvalid):
        TOKENS.read(SPOILT[how]())


def test_a_token_ends_with_its_last_second() -> None:
    token = TOKENS.issue(CALLER, now=1_000_000)
    assert TOKENS.read(token, now=1_001_199.9) == CALLER
    for late in (1_001_200, 1_001_200.1, 2_000_000):
        with pytest.raises(TokenExpired):
            TOKENS.read(token, now=late)


def test_a_forged_token_is_called_invalid_even_when_it_has_expired() -> None:
    with pytest.raises(TokenInvalid):
        TOKENS.read(signed(claims(exp=1), key=STRANGE_KEY))


def test_keys_are_exchanged_without_signing_anybody_out() -> None:
    before = tokens_with({"k1": KEY})
    during = tokens_with({"k2": NEXT_KEY, "k1": KEY})
    after = tokens_with({"k2": NEXT_KEY})
    old, new = before.issue(CALLER), during.issue(CALLER)
    assert jwt.get_unverified_header(new)["kid"] == "k2"
    assert during.read(old) == during.read(new) == after.read(new) == CALLER
    for reader, token in ((after, old), (before, new)):
        with pytest.raises(TokenInvalid):
            reader.read(token)


def test_a_key_under_the_name_of_another_is_no_key() -> None:
    swapped = tokens_with({"k1": NEXT_KEY, "k2": KEY})
    with pytest.raises(TokenInvalid):
        swapped.read(TOKENS.issue(CALLER))


def test_no_secret_shows_in_what_is_printed() -> None:
    with pytest.raises(TokenInvalid) as caught:
        TOKENS.read(signed(kid="k2"))
    shown = repr(TOKENS) + str(TOKENS) + repr(caught.value) + str(caught.value) + repr(caught.value.facts)
    assert KEY.decode() not in shown


def test_a_session_that_was_ended_is_refused_here_and_after_the_others_told() -> None:
    revoked = RevokedSessions()
    revoked.check(CALLER)
    revoked.add(CALLER.session_id)
    for ids in (frozenset[UUID](), frozenset({CALLER.session_id})):
        with pytest.raises(SessionRevoked):
            revoked.check(CALLER)
        revoked.replace(ids)
    with pytest.raises(SessionRevoked):
        revoked.check(CALLER)
    revoked.check(Principal(CALLER.id, "citizen", uuid7()))


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_token_has_one_spelling(place: int) -> None:
    """The attack: another text that decodes to the same bytes, to slip past a list of what was seen before."""
    token = TOKENS.issue(CALLER)
    parts = token.split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    right = parts[place]
    for last in alphabet:
        parts[place] = right[:-1] + last
        if ".".join(parts) != token:
            with pytest.raises(TokenInvalid):
                TOKENS.read(".".join(parts))
    for other in (right + "=", right + "==", right + "\n", " " + right, right + "A"):
        parts[place] = other
        with pytest.raises(TokenInvalid):
            TOKENS.read(".".join(parts))


def test_a_payload_signed_in_a_second_spelling_is_refused() -> None:
    algorithm = jwt.get_algorithm_by_name("HS256")
    header, payload = part(HEADER), part(claims(jti="x" * 36))
    header = jwt.encode({}, KEY, algorithm="HS256", headers={"kid": "k1", "typ": "at+jwt"}).partition(".")[0]
    for spelling in (payload, payload + "="):
        text = f"{header}.{spelling}"
        token = f"{text}.{part(algorithm.sign(text.encode(), algorithm.prepare_key(KEY)))}"
        if spelling == payload:
            assert TOKENS.read(token) == CALLER
        else:
            with pytest.raises(TokenInvalid):
                TOKENS.read(token)


def test_a_token_of_the_future_is_refused() -> None:
    now = int(time.time())
    assert TOKENS.read(signed(claims(iat=now + 30, exp=now + 600))) == CALLER
    with pytest.raises(TokenInvalid):
        TOKENS.read(signed(claims(iat=now + 120, exp=now + 600)))
