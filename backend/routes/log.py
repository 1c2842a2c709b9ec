"""The public log: what anyone needs to check a certificate, and that nothing in the log was changed."""

from __future__ import annotations

import re

from backend.errors import InvalidQuery
from backend.errors.certificates import LogEmpty, LogEntryNotFound, LogSizeUnknown
from backend.messages import certificates as m_log
from backend.messages.cursors import NUMBER_MAX, read_number
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import PAGING, Endpoint, Query, in_section
from backend.services.certificates import transparency_log

_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")
_CERTIFICATE = re.compile(r"[0-9A-Za-z:-]{1,60}")

_SIZE = {"type": "integer", "minimum": 1, "maximum": NUMBER_MAX}
_POSITION = {"type": "integer", "minimum": 0, "maximum": NUMBER_MAX}


async def describe_log(call: Call) -> m_log.LogDescription:
    return await transparency_log.describe(
        call.components.database, call.components.signer, call.components.settings
    )


async def show_latest_head(call: Call) -> m_log.LogHeadView:
    return await transparency_log.latest_head(call.components.database, call.components.settings.issuer)


async def list_heads(call: Call) -> Page[m_log.LogHeadView]:
    return await transparency_log.list_heads(
        call.components.database, call.components.settings.issuer, call.limit, read_number(call.cursor)
    )


async def list_entries(call: Call) -> Page[m_log.LogEntryView]:
    start = read_number(call.cursor) or _number(call, "from") or 0
    return await transparency_log.list_entries(call.components.database, call.limit, start)


async def show_entry(call: Call) -> m_log.LogEntryView:
    text = call.params["position"]
    if not _NUMBER.fullmatch(text) or int(text) > NUMBER_MAX:
        raise LogEntryNotFound
    return await transparency_log.entry_at(call.components.database, int(text))


async def prove_inclusion(call: Call) -> m_log.InclusionProof:
    database, issuer = call.components.database, call.components.settings.issuer
    certificate, position, size = call.query("certificate"), _number(call, "position"), _number(call, "size")
    if (certificate is None) == (position is None):
        raise InvalidQuery.of("certificate", "one_of_two", other="position")
    if certificate is not None:
        if not _CERTIFICATE.fullmatch(certificate):
            raise InvalidQuery.of("certificate", "form")
        certificate = certificate.upper()
    return await transparency_log.prove_inclusion_of(database, issuer, position, certificate, size)


async def prove_consistency(call: Call) -> m_log.ConsistencyProof:
    first = _number(call, "first")
    if first is None:
        raise InvalidQuery.of("first", "missing")
    return await transparency_log.prove_consistency(call.components.database, first, _number(call, "second"))


def _number(call: Call, name: str) -> int | None:
    return call.whole(name, 0, NUMBER_MAX)


ENDPOINTS = in_section(
    "log",
    Endpoint(
        "GET /v1/log/heads/latest",
        show_latest_head,
        summary="The newest signed head of the log",
        answers={200: m_log.LogHeadView},
        refusals=(LogEmpty,),
    ),
    Endpoint(
        "GET /v1/log/heads",
        list_heads,
        summary="Signed heads, newest first",
        answers={200: Page[m_log.LogHeadView]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/log/entries",
        list_entries,
        summary="Entries in the order of the log",
        answers={200: Page[m_log.LogEntryView]},
        query=(*PAGING, Query("from", _POSITION, "position of the first entry")),
    ),
    Endpoint(
        "GET /v1/log/proofs/inclusion",
        prove_inclusion,
        summary="Proof that an entry is in the log",
        answers={200: m_log.InclusionProof},
        refusals=(LogEntryNotFound, LogSizeUnknown),
        query=(
            Query("certificate", {"type": "string", "maxLength": 60}, "a certificate's number"),
            Query("position", _POSITION, "or an entry's position"),
            Query("size", _SIZE, "the log's size; the newest without it"),
        ),
    ),
    Endpoint(
        "GET /v1/log/proofs/consistency",
        prove_consistency,
        summary="Proof that the log only grew from one size to another",
        answers={200: m_log.ConsistencyProof},
        refusals=(LogEmpty, LogSizeUnknown),
        query=(
            Query("first", _SIZE, "size of the earlier head"),
            Query("second", _SIZE, "size of the later one; the newest without it"),
        ),
    ),
    Endpoint(
        "GET /.well-known/tianfu-log.json",
        describe_log,
        summary="The log's public keys",
        answers={200: m_log.LogDescription},
    ),
    Endpoint(
        "GET /v1/log/entries/{position}",
        show_entry,
        summary="One entry of the log",
        answers={200: m_log.LogEntryView},
        refusals=(LogEntryNotFound,),
    ),
)
