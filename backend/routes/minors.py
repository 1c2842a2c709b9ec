"""Months of birth, guardians' consents for children under 14, yearly figures on minors' data."""

from __future__ import annotations

from backend.errors import Busy, TooManyAtOnce
from backend.errors.minors import (
    AgeImplausible,
    AgeNeeded,
    AgeTold,
    ChildNotFound,
    ChildrenEnough,
    GuardianCodeUnknown,
    GuardianNotAdult,
    GuardianNotFound,
    GuardianNotNeeded,
    GuardiansEnough,
    OtherGuardianConsents,
    TooManyGuardianCodes,
)
from backend.messages.account.erasures import ErasureReceipt
from backend.messages.actions import actions as m_actions
from backend.messages.minors import (
    AgeRequest,
    AgeView,
    ChildBrief,
    ChildView,
    ConsentEnd,
    GuardianCodeRequest,
    GuardianCodeView,
    GuardianView,
    MinorsReport,
)
from backend.messages.shape import Page
from backend.render.tables.minors import minors_csv
from backend.routes.http.call import Call
from backend.routes.http.endpoint import CITIZEN, OVERSEERS, Endpoint, Query, in_section
from backend.routes.http.reply import Reply
from backend.services.minors import ages
from backend.services.minors.figures import minors_report
from backend.texts import LANGUAGES


async def show_age(call: Call) -> AgeView:
    return await ages.show_age(call.principal.id, call.now)


async def tell_age(call: Call) -> AgeView:
    components = call.components
    return await ages.tell(
        components.database,
        components.ledger.footprints,
        components.community,
        call.principal.id,
        call.body,
        call.now,
    )


async def issue_code(call: Call) -> GuardianCodeView:
    return await call.components.guardians.issue_code(call.principal.id, call.now)


async def look_at_child(call: Call) -> ChildBrief:
    return await call.components.guardians.look_at(call.principal.id, call.body.code, call.now)


async def consent(call: Call) -> ChildView:
    return await call.components.guardians.consent(call.principal.id, call.body.code, call.now)


async def list_guardians(call: Call) -> Page[GuardianView]:
    return await call.components.guardians.guardians(call.principal.id)


async def refuse_guardian(call: Call) -> Page[GuardianView]:
    return await call.components.guardians.refuse_guardian(call.principal.id, call.params["id"], call.now)


async def list_children(call: Call) -> Page[ChildView]:
    return await call.components.guardians.children(call.principal.id, call.now)


async def withdraw(call: Call) -> ConsentEnd:
    return await call.components.guardians.withdraw(call.principal.id, call.params["id"], call.now)


async def export_child(call: Call) -> Reply:
    """As the child's own export; counted as its guardian's download."""
    components = call.components
    pieces = await components.guardians.export_child(
        call.principal.id,
        call.params["id"],
        components.catalogue,
        components.citizen_sign_in.addresses,
        call.now,
    )
    return Reply(
        chunks=components.downloads.start_export(pieces, call.principal.id),
        media_type=b"application/json",
        headers=((b"content-disposition", b'attachment; filename="tianfu-child.json"'),),
    )


async def erase_child(call: Call) -> ErasureReceipt:
    return await call.components.guardians.erase_child(call.principal.id, call.params["id"], call.now)


async def show_report(call: Call) -> MinorsReport:
    return await minors_report(call.components.database, call.query("year"), call.now)


async def download_report(call: Call) -> Reply:
    report = await show_report(call)
    name = f'attachment; filename="minors-{report.year}.csv"'.encode()
    return Reply(
        body=minors_csv(report, call.one_of("language", LANGUAGES) or call.language),
        media_type=b"text/csv; charset=utf-8",
        headers=((b"content-disposition", name),),
    )


_OF_GUARDIAN = (AgeNeeded, GuardianNotAdult, GuardianCodeUnknown, TooManyGuardianCodes)
_LANGUAGE = Query("language", {"type": "string", "enum": list(LANGUAGES)}, "of the table")
_YEAR = Query("year", {"type": "integer", "minimum": 2024, "maximum": 9999}, "this one when left out")

ENDPOINTS = in_section(
    "minors",
    Endpoint(
        "GET /v1/me/age",
        show_age,
        roles=CITIZEN,
        summary="The month of birth that was told, and what follows from it today",
        answers={200: AgeView},
    ),
    Endpoint(
        "POST /v1/me/age",
        tell_age,
        roles=CITIZEN,
        summary="Tell the month of birth, once; told again it can only make its citizen younger",
        body=AgeRequest,
        answers={200: AgeView},
        refusals=(AgeImplausible, AgeTold),
    ),
    Endpoint(
        "POST /v1/me/guardian-codes",
        issue_code,
        roles=CITIZEN,
        summary="A code that a child under 14 shows to a guardian: good once, for a quarter of an hour",
        answers={201: GuardianCodeView},
        refusals=(AgeNeeded, GuardianNotNeeded, GuardiansEnough),
    ),
    Endpoint(
        "POST /v1/me/guardian-codes/lookup",
        look_at_child,
        roles=CITIZEN,
        summary="Whose code it is and what the consent is for, before it is given",
        body=GuardianCodeRequest,
        answers={200: ChildBrief},
        refusals=_OF_GUARDIAN,
    ),
    Endpoint(
        "GET /v1/me/guardians",
        list_guardians,
        roles=CITIZEN,
        summary="The guardians whose consents hold for the child",
        answers={200: Page[GuardianView]},
    ),
    Endpoint(
        "POST /v1/me/guardians/{id}/refusal",
        refuse_guardian,
        roles=CITIZEN,
        summary="The child says that this is no guardian of theirs: the consent ends, nothing is erased",
        answers={200: Page[GuardianView]},
        refusals=(GuardianNotFound,),
    ),
    Endpoint(
        "POST /v1/me/children",
        consent,
        roles=CITIZEN,
        summary="Give a guardian's consent for the child whose code it is",
        body=GuardianCodeRequest,
        answers={201: ChildView},
        refusals=(*_OF_GUARDIAN, GuardiansEnough, ChildrenEnough),
    ),
    Endpoint(
        "GET /v1/me/children",
        list_children,
        roles=CITIZEN,
        summary="The children whose guardian the citizen is, until they are 14",
        answers={200: Page[ChildView]},
    ),
    Endpoint(
        "POST /v1/me/children/{id}/withdrawal",
        withdraw,
        roles=CITIZEN,
        summary="Withdraw a guardian's consent; with the last one the child's data is erased at once",
        answers={200: ConsentEnd},
        refusals=(ChildNotFound,),
    ),
    Endpoint(
        "GET /v1/me/children/{id}/export",
        export_child,
        roles=CITIZEN,
        summary="Everything kept about a child, for a guardian",
        answers={200: m_actions.Export},
        refusals=(ChildNotFound, TooManyAtOnce, Busy),
    ),
    Endpoint(
        "DELETE /v1/me/children/{id}",
        erase_child,
        roles=CITIZEN,
        summary="Erase a child's data at the wish of the only guardian",
        answers={200: ErasureReceipt},
        refusals=(ChildNotFound, OtherGuardianConsents),
    ),
    Endpoint(
        "GET /v1/reports/minors",
        show_report,
        roles=OVERSEERS,
        is_of_the_province=True,
        summary="Yearly figures on minors' data, for the audit of it; fewer than five people are not shown",
        answers={200: MinorsReport},
        query=(_YEAR,),
    ),
    Endpoint(
        "GET /v1/reports/minors.csv",
        download_report,
        roles=OVERSEERS,
        is_of_the_province=True,
        summary="The same as a table",
        answers={200: None},
        media_type="text/csv",
        query=(_YEAR, _LANGUAGE),
    ),
)
