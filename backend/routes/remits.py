"""What regulators watch: operators give and end remits."""

from __future__ import annotations

from backend.domain.catalogue.refusals import UnknownCity
from backend.errors.organisations import RegulatorNotFound, RemitHeld, RemitNotFound, RemitOfTheProvince
from backend.messages.organisations.remits import RegulatorView, RemitEndRequest, RemitRequest
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, PAGING, Endpoint, in_section
from backend.services.organisations import remits


async def list_regulators(call: Call) -> Page[RegulatorView]:
    return await remits.list_regulators(call.limit, call.cursor_id)


async def give_remit(call: Call) -> RegulatorView:
    components = call.components
    return await remits.give_remit(
        components.database, call.principal, components.catalogue.cities, call.params["id"], call.body
    )


async def end_remit(call: Call) -> RegulatorView:
    return await remits.end_remit(
        call.components.database, call.principal, call.params["id"], call.params["remit"], call.body
    )


ENDPOINTS = in_section(
    "supervision",
    Endpoint(
        "GET /v1/regulators",
        list_regulators,
        roles=OPERATOR,
        summary="Regulators' accounts with what each watches, newest first",
        answers={200: Page[RegulatorView]},
        query=PAGING,
    ),
    Endpoint(
        "POST /v1/regulators/{id}/remits",
        give_remit,
        roles=OPERATOR,
        summary="Have a regulator watch the events of an agency, of a city, or of both; others are hidden from then on",
        body=RemitRequest,
        answers={200: RegulatorView},
        refusals=(RegulatorNotFound, RemitHeld, UnknownCity),
    ),
    Endpoint(
        "POST /v1/regulators/{id}/remits/{remit}/ending",
        end_remit,
        roles=OPERATOR,
        summary="End a remit; the last one only with the word that the regulator watches the province from then on",
        body=RemitEndRequest,
        answers={200: RegulatorView},
        refusals=(RegulatorNotFound, RemitNotFound, RemitOfTheProvince),
    ),
)
