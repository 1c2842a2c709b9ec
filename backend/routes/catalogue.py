"""Methods and factors, for anyone: what every gram and point rests on."""

from __future__ import annotations

from backend.errors import FactorNotFound, MethodNotFound
from backend.messages.catalogue import catalogue as m_catalogue
from backend.messages.catalogue.catalogue import FactorView, MethodBrief, MethodView
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import Endpoint, in_section
from backend.services.catalogue import views


async def list_methods(call: Call) -> Page[MethodBrief]:
    return Page(views.list_methods(call.components.catalogue))


async def show_method(call: Call) -> MethodView:
    return views.show_method(call.components.catalogue, call.params["code"])


async def show_factor(call: Call) -> FactorView:
    return views.show_factor(call.components.catalogue, call.params["id"])


ENDPOINTS = in_section(
    "catalogue",
    Endpoint(
        "GET /v1/methods",
        list_methods,
        summary="Methods by which actions are quantified",
        answers={200: Page[m_catalogue.MethodBrief]},
    ),
    Endpoint(
        "GET /v1/methods/{code}",
        show_method,
        summary="A method with its formula, caps, factors and sources",
        answers={200: m_catalogue.MethodView},
        refusals=(MethodNotFound,),
    ),
    Endpoint(
        "GET /v1/factors/{id}",
        show_factor,
        summary="An emission factor with its source",
        answers={200: m_catalogue.FactorView},
        refusals=(FactorNotFound,),
    ),
)
