"""Samples of certificates with the chain of each, and inspections."""

from __future__ import annotations

import asyncio

from backend.auth import Role
from backend.errors import EventNotFound
from backend.errors.certificates import SignerUnavailable
from backend.errors.organisations import OrganisationNotFound
from backend.errors.supervision.desk import (
    EvidenceNotFound,
    HolderCopyForeign,
    HolderCopyForged,
    InspectionChanged,
    InspectionClosed,
    InspectionNotFound,
    SampleNotFound,
    SampleTooLarge,
)
from backend.messages.shape import Page
from backend.messages.supervision import inspections as m_inspections
from backend.messages.supervision import sampling as m_sampling
from backend.render.tables.inspections import inspections_csv
from backend.routes.http.call import Call
from backend.routes.http.endpoint import LANGUAGE, OVERSEERS, PAGING, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.supervision import inspections, sampling
from backend.services.supervision.chain import ChainChecker
from backend.texts import LANGUAGES

REGULATOR: tuple[Role, ...] = ("regulator",)
CONCERNED: tuple[Role, ...] = ("staff", "organiser", "operator", "regulator", "verifier")


def _checker(call: Call) -> ChainChecker:
    components = call.components
    return ChainChecker(
        components.database,
        components.catalogue,
        components.signer,
        components.content,
        components.settings,
    )


async def draw_sample(call: Call) -> Reply:
    view = await sampling.draw_sample(call.components.database, _checker(call), call.principal, call.body)
    return Reply(view, 201)


async def list_samples(call: Call) -> Page[m_sampling.SampleBrief]:
    return await sampling.list_samples(call.principal, call.limit, call.cursor_id)


async def show_sample(call: Call) -> m_sampling.SampleView:
    return await sampling.show_sample(call.principal, call.params["id"])


async def look_again(call: Call) -> m_sampling.SampledCertificate:
    return await sampling.look_again(
        call.components.database,
        _checker(call),
        call.principal,
        call.params["id"],
        call.params["position"],
        call.body,
    )


async def open_inspection(call: Call) -> Reply:
    view = await inspections.open_inspection(call.components.database, call.principal, call.body)
    return Reply(view, 201)


async def list_inspections(call: Call) -> Page[m_inspections.InspectionView]:
    return await inspections.list_inspections(call.principal, call.limit, call.cursor_id)


async def download_inspections(call: Call) -> Reply:
    language = call.one_of("language", LANGUAGES) or call.language
    found = await inspections.export_inspections(call.principal)
    body = await asyncio.to_thread(inspections_csv, found, language)
    name = b'attachment; filename="inspections.csv"'
    return Reply(body=body, media_type=b"text/csv; charset=utf-8", headers=((b"content-disposition", name),))


async def show_inspection(call: Call) -> m_inspections.InspectionView:
    return await inspections.show_inspection(call.principal, call.params["id"])


async def add_finding(call: Call) -> m_inspections.InspectionView:
    return await inspections.add_finding(
        call.components.database, call.principal, call.params["id"], call.body
    )


async def close_inspection(call: Call) -> m_inspections.InspectionView:
    return await inspections.close_inspection(
        call.components.database, call.principal, call.params["id"], call.body
    )


ENDPOINTS = in_section(
    "supervision",
    Endpoint(
        "GET /v1/supervision/samples",
        list_samples,
        roles=OVERSEERS,
        summary="Draws of certificates within the caller's remits, newest first",
        answers={200: Page[m_sampling.SampleBrief]},
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/supervision/samples",
        draw_sample,
        roles=REGULATOR,
        summary="Draw certificates at random by a seed that is kept, and check the chain of each to factor and serial",
        body=m_sampling.SampleRequest,
        answers={201: m_sampling.SampleView},
        refusals=(EventNotFound, SampleTooLarge, SignerUnavailable),
    ),
    Endpoint(
        "GET /v1/supervision/samples/{id}",
        show_sample,
        roles=OVERSEERS,
        summary="A draw with what was found of each certificate last; lines and factors are not kept",
        answers={200: m_sampling.SampleView},
        refusals=(SampleNotFound,),
    ),
    Endpoint(
        "POST /v1/supervision/samples/{id}/certificates/{position}/checks",
        look_again,
        roles=REGULATOR,
        summary="Check a drawn certificate once more, with the lines of its holder's copy where they are not kept",
        body=m_sampling.HolderCopyRequest,
        answers={200: m_sampling.SampledCertificate},
        refusals=(SampleNotFound, HolderCopyForeign, HolderCopyForged, SignerUnavailable),
    ),
    Endpoint(
        "GET /v1/inspections",
        list_inspections,
        roles=CONCERNED,
        summary="Inspections within a regulator's remits; for others the closed ones that concern their organisations",
        answers={200: Page[m_inspections.InspectionView]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/inspections.csv",
        download_inspections,
        roles=OVERSEERS,
        summary="The same as a table, with every finding",
        answers={200: None},
        query=(LANGUAGE,),
        media_type="text/csv",
    ),
    Endpoint(
        "POST /v1/inspections",
        open_inspection,
        roles=REGULATOR,
        summary="Open an inspection of an event or of an organisation",
        body=m_inspections.InspectionRequest,
        answers={201: m_inspections.InspectionView},
        refusals=(EventNotFound, OrganisationNotFound),
    ),
    Endpoint(
        "GET /v1/inspections/{id}",
        show_inspection,
        roles=CONCERNED,
        summary="An inspection with its findings",
        answers={200: m_inspections.InspectionView},
        refusals=(InspectionNotFound,),
    ),
    Endpoint(
        "POST /v1/inspections/{id}/findings",
        add_finding,
        roles=REGULATOR,
        summary="Add what was found, with a document or a sample as its evidence",
        body=m_inspections.FindingRequest,
        answers={200: m_inspections.InspectionView},
        refusals=(InspectionNotFound, InspectionClosed, InspectionChanged, EvidenceNotFound),
    ),
    Endpoint(
        "POST /v1/inspections/{id}/closing",
        close_inspection,
        roles=REGULATOR,
        summary="Close an inspection with its result; nothing is added afterwards",
        body=m_inspections.InspectionClosingRequest,
        answers={200: m_inspections.InspectionView},
        refusals=(InspectionNotFound, InspectionClosed, InspectionChanged),
    ),
)
