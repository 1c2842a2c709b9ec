"""Methods and factors, for anyone: what every gram and point rests on."""

from __future__ import annotations

from backend.errors import FactorNotFound, InvalidQuery, MethodNotFound
from backend.messages.catalogue import catalogue as m_catalogue
from backend.messages.catalogue.catalogue import FactorView, MethodBrief, MethodView
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import Endpoint, Query, in_section
from backend.services.catalogue import views
from backend.services.catalogue.search import QUERY_CHARS_MAX

SEARCH = (
    Query(
        "query",
        {"type": "string", "maxLength": QUERY_CHARS_MAX},
        "words in Chinese or English that must all occur; without it, all",
    ),
)


def _query(call: Call) -> str | None:
    text = call.query("query")
    if text is not None and len(text) > QUERY_CHARS_MAX:
        raise InvalidQuery.of("query", "too_long", chars_max=QUERY_CHARS_MAX)
    return text


async def list_methods(call: Call) -> Page[MethodBrief]:
    return Page(views.list_methods(call.components.catalogue, _query(call)))


async def show_method(call: Call) -> MethodView:
    return views.show_method(call.components.catalogue, call.params["code"])


async def list_factors(call: Call) -> Page[FactorView]:
    return Page(views.list_factors(call.components.catalogue, _query(call)))


async def show_factor(call: Call) -> FactorView:
    return views.show_factor(call.components.catalogue, call.params["id"])


ENDPOINTS = in_section(
    "catalogue",
    Endpoint(
        "GET /v1/methods",
        list_methods,
        summary="Methods by which actions are quantified",
        answers={200: Page[m_catalogue.MethodBrief]},
        query=SEARCH,
    ),
    Endpoint(
        "GET /v1/methods/{code}",
        show_method,
        summary="A method with its formula, caps, factors and sources",
        answers={200: m_catalogue.MethodView},
        refusals=(MethodNotFound,),
    ),
    Endpoint(
        "GET /v1/factors",
        list_factors,
        summary="Emission factors by words of name, id, region, unit or source",
        answers={200: Page[m_catalogue.FactorView]},
        query=SEARCH,
    ),
    Endpoint(
        "GET /v1/factors/{id}",
        show_factor,
        summary="An emission factor with its source",
        answers={200: m_catalogue.FactorView},
        refusals=(FactorNotFound,),
    ),
)
