"""Issuance budgets and what is owed: operators change, regulators look."""

from __future__ import annotations

import asyncio

from backend.auth import Role
from backend.errors import EventNotFound
from backend.errors.issuance import (
    IssuanceBudgetBelowIssued,
    IssuanceBudgetClosed,
    IssuanceBudgetNotFound,
    IssuanceBudgetOpen,
    IssuanceBudgetUnchanged,
)
from backend.errors.partners import PartnerNotFound
from backend.messages.issuance import (
    IssuanceBudgetChangeRequest,
    IssuanceBudgetDetail,
    IssuanceBudgetRequest,
    IssuanceBudgetView,
    PointsLiability,
)
from backend.messages.shape import Page
from backend.render.tables.issuance import liability_csv
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.issuance import budgets, liability

MAY_LOOK: tuple[Role, ...] = ("operator", "regulator")


async def open_budget(call: Call) -> Reply:
    view = await budgets.open_budget(call.components.database, call.principal, call.body, call.now)
    return Reply(view, 201)


async def change_budget(call: Call) -> IssuanceBudgetView:
    return await budgets.change_budget(
        call.components.database, call.principal, call.params["id"], call.body, call.now
    )


async def list_budgets(call: Call) -> Page[IssuanceBudgetView]:
    return await budgets.list_budgets(call.components.database, call.now)


async def show_budget(call: Call) -> IssuanceBudgetDetail:
    return await budgets.show_budget(call.components.database, call.params["id"], call.now)


async def show_liability(call: Call) -> PointsLiability:
    return await liability.points_liability(call.components.database, call.now)


async def download_liability(call: Call) -> Reply:
    told = await liability.points_liability(call.components.database, call.now)
    body = await asyncio.to_thread(liability_csv, told, call.language)
    name = b'attachment; filename="points-liability.csv"'
    return Reply(body=body, media_type=b"text/csv; charset=utf-8", headers=((b"content-disposition", name),))


ENDPOINTS = in_section(
    "issuance",
    Endpoint(
        "GET /v1/issuance-budgets",
        list_budgets,
        roles=MAY_LOOK,
        is_of_the_province=True,
        summary="Budgets that points are issued against: what is left, how fast it goes, when it will be empty",
        answers={200: Page[IssuanceBudgetView]},
    ),
    Endpoint(
        "POST /v1/issuance-budgets",
        open_budget,
        roles=OPERATOR,
        summary="Open a budget of the city, a partner or an event",
        body=IssuanceBudgetRequest,
        answers={201: IssuanceBudgetView},
        refusals=(EventNotFound, PartnerNotFound, IssuanceBudgetOpen),
    ),
    Endpoint(
        "GET /v1/issuance-budgets/{id}",
        show_budget,
        roles=MAY_LOOK,
        is_of_the_province=True,
        summary="A budget with what was done to it and its last days",
        answers={200: IssuanceBudgetDetail},
        refusals=(IssuanceBudgetNotFound,),
    ),
    Endpoint(
        "POST /v1/issuance-budgets/{id}/changes",
        change_budget,
        roles=OPERATOR,
        summary="Raise a budget, lower it, never below what is issued, or close it",
        body=IssuanceBudgetChangeRequest,
        answers={200: IssuanceBudgetView},
        refusals=(
            IssuanceBudgetNotFound,
            IssuanceBudgetClosed,
            IssuanceBudgetUnchanged,
            IssuanceBudgetBelowIssued,
        ),
    ),
    Endpoint(
        "GET /v1/reports/points-liability",
        show_liability,
        roles=MAY_LOOK,
        is_of_the_province=True,
        summary="Points that are out, by the month they run out in, and what they would cost",
        answers={200: PointsLiability},
    ),
    Endpoint(
        "GET /v1/reports/points-liability.csv",
        download_liability,
        roles=MAY_LOOK,
        is_of_the_province=True,
        summary="The same as a table",
        answers={200: None},
        media_type="text/csv",
    ),
)
