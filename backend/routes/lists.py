"""The green, black and negative list of organisations, open to everybody; hearings, appeals and cases."""

from __future__ import annotations

from backend.auth import Role
from backend.errors.organisations import (
    OrganisationBlacklisted,
    OrganisationDutyMissing,
    OrganisationNotFound,
)
from backend.errors.supervision import lists as e
from backend.errors.supervision.freezes import OutsideRemit, SamePerson
from backend.messages.shape import Page
from backend.messages.supervision import lists as m
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OVERSEERS, PAGING, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.supervision import cases, hearings, list_views, lists

REGULATOR: tuple[Role, ...] = ("regulator",)
MEMBERS: tuple[Role, ...] = ("staff", "organiser", "operator", "regulator", "verifier")
"""Roles of accounts that may be members of an organisation; which one, the service asks."""
OF_ORGANISATION = (Query("organisation", {"type": "string", "maxLength": 40}, "an organisation's code"),)
CASE_STATES = ("open", "dismissed", "entered")


async def list_entries(call: Call) -> Page[m.ListEntryView]:
    name, organisation = call.params["name"], call.query("organisation")
    return await list_views.list_public(name, call.limit, call.cursor_id, call.now, organisation=organisation)


async def show_entry(call: Call) -> m.ListEntryView:
    return await list_views.show_public(call.params["id"], call.now)


async def list_rules(call: Call) -> Page[m.NegativeRule]:
    return Page(list_views.list_rules())


async def propose(call: Call) -> Reply:
    is_demo = call.components.settings.is_demo
    database = call.components.database
    return Reply(
        await lists.propose_entry(database, call.principal, call.params["name"], call.body, is_demo=is_demo),
        status=201,
    )


async def decide(call: Call) -> m.ListEntryItem:
    is_demo = call.components.settings.is_demo
    return await lists.decide_entry(
        call.components.database, call.principal, call.params["id"], call.body, is_demo=is_demo
    )


async def remove(call: Call) -> m.ListEntryItem:
    is_demo = call.components.settings.is_demo
    return await lists.remove_entry(
        call.components.database, call.principal, call.params["id"], call.body.reason, is_demo=is_demo
    )


async def answer(call: Call) -> m.ListEntryItem:
    is_demo = call.components.settings.is_demo
    return await hearings.answer_hearing(
        call.components.database, call.principal, call.params["id"], call.body.text, is_demo=is_demo
    )


async def appeal(call: Call) -> Reply:
    is_demo = call.components.settings.is_demo
    database = call.components.database
    return Reply(
        await hearings.appeal_entry(
            database, call.principal, call.params["id"], call.body.text, is_demo=is_demo
        ),
        status=201,
    )


async def decide_appeal(call: Call) -> m.ListEntryItem:
    is_demo = call.components.settings.is_demo
    return await hearings.decide_appeal(
        call.components.database, call.principal, call.params["id"], call.body, is_demo=is_demo
    )


async def list_all(call: Call) -> Page[m.ListEntryItem]:
    is_demo = call.components.settings.is_demo
    return await list_views.list_for_staff(
        call.principal, call.limit, call.cursor_id, call.now, is_demo=is_demo
    )


async def list_hearings(call: Call) -> Page[m.ListEntryItem]:
    is_demo = call.components.settings.is_demo
    return await list_views.list_hearings(
        call.principal, call.limit, call.cursor_id, call.now, is_demo=is_demo
    )


async def list_cases(call: Call) -> Page[m.ListCaseItem]:
    state = call.one_of("state", CASE_STATES) or "open"
    return await cases.list_cases(call.principal, call.limit, call.cursor_id, state=state)


async def dismiss(call: Call) -> m.ListCaseItem:
    return await cases.dismiss_case(
        call.components.database,
        call.principal,
        call.params["id"],
        call.body.reason,
        is_demo=call.components.settings.is_demo,
    )


ENDPOINTS = in_section(
    "supervision",
    Endpoint(
        "GET /v1/lists/{name}",
        list_entries,
        summary="What is and was on the green, black or negative list, newest first, with reason and evidence",
        answers={200: Page[m.ListEntryView]},
        refusals=(e.ListNotFound,),
        query=(*OF_ORGANISATION, *PAGING),
    ),
    Endpoint(
        "GET /v1/list-entries/{id}",
        show_entry,
        summary="An entry that was published, with the state of its appeal",
        answers={200: m.ListEntryView},
        refusals=(e.ListEntryNotFound,),
    ),
    Endpoint(
        "GET /v1/negative-rules",
        list_rules,
        summary="The rules of the negative list",
        answers={200: Page[m.NegativeRule]},
    ),
    Endpoint(
        "POST /v1/lists/{name}/entries",
        propose,
        roles=OVERSEERS,
        summary="Propose an organisation for a list; before a black listing it is told and may answer",
        body=m.EntryRequest,
        answers={201: m.ListEntryItem},
        refusals=(
            e.ListNotFound,
            OrganisationNotFound,
            e.OrganisationOfOwn,
            OutsideRemit,
            e.NegativeRuleUnknown,
            e.ListEntryRepeated,
            e.ListCaseNotFound,
            e.ListCaseDecided,
            e.ListCaseOfAnother,
        ),
    ),
    Endpoint(
        "POST /v1/list-entries/{id}/confirmation",
        decide,
        roles=REGULATOR,
        summary="Publish an entry or reject it; a regulator of the province who did not propose it",
        body=m.EntryDecision,
        answers={200: m.ListEntryItem},
        refusals=(
            e.ListEntryNotFound,
            e.ListEntryDecided,
            e.HearingNotOver,
            SamePerson,
            e.OrganisationOfOwn,
            OutsideRemit,
            OrganisationBlacklisted,
        ),
    ),
    Endpoint(
        "POST /v1/list-entries/{id}/removal",
        remove,
        roles=OVERSEERS,
        summary="Propose that an entry is removed; called by another person, remove it",
        body=m.RemovalRequest,
        answers={200: m.ListEntryItem},
        refusals=(
            e.ListEntryNotFound,
            e.ListEntryNotInForce,
            SamePerson,
            OrganisationNotFound,
            e.OrganisationOfOwn,
            OutsideRemit,
        ),
    ),
    Endpoint(
        "POST /v1/list-entries/{id}/statements",
        answer,
        roles=MEMBERS,
        summary="An owner answers for the organisation before it is put on the black list",
        body=m.StatementRequest,
        answers={200: m.ListEntryItem},
        refusals=(e.ListEntryNotFound, OrganisationDutyMissing, e.HearingClosed, e.StatementGiven),
    ),
    Endpoint(
        "POST /v1/list-entries/{id}/appeals",
        appeal,
        roles=MEMBERS,
        summary="An owner appeals against an entry, within sixty days of its publication",
        body=m.AppealRequest,
        answers={201: m.ListEntryItem},
        refusals=(
            e.ListEntryNotFound,
            OrganisationDutyMissing,
            e.ListEntryNotInForce,
            e.AppealLate,
            e.AppealRepeated,
        ),
    ),
    Endpoint(
        "POST /v1/list-appeals/{id}/decision",
        decide_appeal,
        roles=REGULATOR,
        summary="Decide an appeal; never by who proposed or confirmed the entry. An upheld one removes it at once",
        body=m.AppealDecision,
        answers={200: m.ListEntryItem},
        refusals=(e.ListAppealNotFound, e.AppealDecided, SamePerson, e.OrganisationOfOwn, OutsideRemit),
    ),
    Endpoint(
        "GET /v1/staff/list-entries",
        list_all,
        roles=OVERSEERS,
        summary="Entries of all lists in every state, newest first; for regulators of organisations that they watch",
        answers={200: Page[m.ListEntryItem]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/staff/hearings",
        list_hearings,
        roles=MEMBERS,
        summary="Entries of the organisations that the caller owns: what waits for an answer, what may be appealed",
        answers={200: Page[m.ListEntryItem]},
        query=PAGING,
    ),
    Endpoint(
        "GET /v1/staff/list-cases",
        list_cases,
        roles=OVERSEERS,
        summary="Cases that the detectors of the negative list raised, newest first, within a regulator's remits",
        answers={200: Page[m.ListCaseItem]},
        query=(
            Query("state", {"type": "string", "enum": list(CASE_STATES)}, "open when left out"),
            *PAGING,
        ),
    ),
    Endpoint(
        "POST /v1/list-cases/{id}/dismissal",
        dismiss,
        roles=OVERSEERS,
        summary="Dismiss a case with a reason; the same facts raise it no more",
        body=m.CaseDismissal,
        answers={200: m.ListCaseItem},
        refusals=(
            e.ListCaseNotFound,
            e.ListCaseDecided,
            OrganisationNotFound,
            e.OrganisationOfOwn,
            OutsideRemit,
        ),
    ),
)
