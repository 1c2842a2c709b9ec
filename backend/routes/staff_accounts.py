"""Accounts of staff, for operators; and the link that an account's owner sets a password with."""

from __future__ import annotations

from backend.auth import Principal
from backend.errors.identity import (
    OwnAccount,
    PasswordCommon,
    PasswordIsName,
    PasswordLinkInvalid,
    PasswordTooShort,
    StaffAccountClosed,
    StaffAccountNotFound,
    UsernameTaken,
)
from backend.messages import identity as m_identity
from backend.messages.identity import (
    PasswordLinkRequest,
    PasswordLinkView,
    StaffAccountRequest,
    StaffAccountView,
    StaffReasonRequest,
    StaffRoleRequest,
)
from backend.messages.shape import Page
from backend.routes.http.call import Call
from backend.routes.http.endpoint import OPERATOR, PAGING, SEARCH, Endpoint, in_section
from backend.routes.http.reply import Reply
from backend.services.identity.staff_administration import Account, PasswordLink

OF_ANOTHER = (StaffAccountNotFound, OwnAccount)


async def list_accounts(call: Call) -> Page[StaffAccountView]:
    found = await call.components.staff_administration.list_accounts(call.limit, call.cursor_id, call.search)
    return Page.of(found, call.limit, lambda each: _view(each, call.principal), lambda each: each.staff.id)


async def create_account(call: Call) -> PasswordLinkView:
    request: StaffAccountRequest = call.body
    link = await call.components.staff_administration.create(
        call.principal, request.username, request.role, request.reason
    )
    return _link(link, call.principal)


async def give_link(call: Call) -> PasswordLinkView:
    request: StaffReasonRequest = call.body
    link = await call.components.staff_administration.give_link(
        call.principal, call.params["id"], request.reason
    )
    return _link(link, call.principal)


async def disable_account(call: Call) -> StaffAccountView:
    request: StaffReasonRequest = call.body
    account = await call.components.staff_administration.disable(
        call.principal, call.params["id"], request.reason
    )
    return _view(account, call.principal)


async def change_role(call: Call) -> StaffAccountView:
    request: StaffRoleRequest = call.body
    account = await call.components.staff_administration.change_role(
        call.principal, call.params["id"], request.role, request.reason
    )
    return _view(account, call.principal)


async def reset_second_factor(call: Call) -> StaffAccountView:
    request: StaffReasonRequest = call.body
    account = await call.components.staff_administration.reset_second_factor(
        call.principal, call.params["id"], request.reason
    )
    return _view(account, call.principal)


async def set_password(call: Call) -> Reply:
    request: PasswordLinkRequest = call.body
    await call.components.staff_administration.set_password(request.token, request.password)
    return Reply(status=204)


def _view(account: Account, caller: Principal) -> StaffAccountView:
    staff = account.staff
    return StaffAccountView(
        id=str(staff.id),
        username=staff.username,
        role=staff.role,
        created_at=staff.created_at,
        disabled_at=staff.disabled_at,
        has_second_factor=account.has_second_factor,
        last_sign_in_at=account.last_sign_in_at,
        is_own=staff.id == caller.id,
    )


def _link(link: PasswordLink, caller: Principal) -> PasswordLinkView:
    return PasswordLinkView(account=_view(link.account, caller), url=link.url, expires_at=link.expires_at)


ENDPOINTS = in_section(
    "sessions",
    Endpoint(
        "GET /v1/staff/accounts",
        list_accounts,
        roles=OPERATOR,
        summary="Accounts of staff, the newest first",
        answers={200: Page[m_identity.StaffAccountView]},
        query=(SEARCH, *PAGING),
    ),
    Endpoint(
        "POST /v1/staff/accounts",
        create_account,
        roles=OPERATOR,
        summary="Create an account; its owner sets the password through a link that works once",
        body=m_identity.StaffAccountRequest,
        answers={201: m_identity.PasswordLinkView},
        refusals=(UsernameTaken,),
    ),
    Endpoint(
        "POST /v1/staff/accounts/{id}/password-link",
        give_link,
        roles=OPERATOR,
        summary="A new link to set a password with, once",
        body=m_identity.StaffReasonRequest,
        answers={201: m_identity.PasswordLinkView},
        refusals=(*OF_ANOTHER, StaffAccountClosed),
    ),
    Endpoint(
        "POST /v1/staff/accounts/{id}/disablement",
        disable_account,
        roles=OPERATOR,
        summary="Disable an account and end its sessions",
        body=m_identity.StaffReasonRequest,
        answers={200: m_identity.StaffAccountView},
        refusals=OF_ANOTHER,
    ),
    Endpoint(
        "POST /v1/staff/accounts/{id}/role",
        change_role,
        roles=OPERATOR,
        summary="Give an account another role and end its sessions",
        body=m_identity.StaffRoleRequest,
        answers={200: m_identity.StaffAccountView},
        refusals=OF_ANOTHER,
    ),
    Endpoint(
        "POST /v1/staff/accounts/{id}/second-factor-reset",
        reset_second_factor,
        roles=OPERATOR,
        summary="Forget the second factors of somebody else who lost theirs",
        body=m_identity.StaffReasonRequest,
        answers={200: m_identity.StaffAccountView},
        refusals=OF_ANOTHER,
    ),
    Endpoint(
        "POST /v1/staff/password",
        set_password,
        summary="Set a password through a link, once",
        body=m_identity.PasswordLinkRequest,
        answers={204: None},
        refusals=(PasswordLinkInvalid, PasswordTooShort, PasswordIsName, PasswordCommon),
    ),
)
