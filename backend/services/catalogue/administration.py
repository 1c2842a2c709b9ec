"""Operators publish new versions of methods and points rules while the service runs.

A version is added and never edited: records point at the one they were computed with. It takes effect on a day
after today: every process has loaded it by then, and an action booked in the morning counts the same as one in
the afternoon.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET
from tortoise.exceptions import IntegrityError

from backend.auth import Principal
from backend.catalogue import Catalogue, CatalogueError
from backend.catalogue.checks import check_formulas, check_method, check_point_rules, check_scale
from backend.catalogue.reading import check_languages
from backend.domain.catalogue.factors import Method, PointRule
from backend.domain.days import day_of
from backend.errors import MethodNotFound
from backend.errors.catalogue import CatalogueInvalid, EffectiveTooEarly, VersionPublished
from backend.messages.body_errors import error_of
from backend.messages.catalogue.administration import (
    MethodVersionRequest,
    MethodVersionView,
    PointRuleRequest,
    PointRuleView,
    StaffActionView,
)
from backend.messages.catalogue.catalogue import bilingual
from backend.messages.shape import Bilingual, Page, view_of
from backend.models import CatalogueEntry, Staff, StaffAction
from backend.services.catalogue.publish import body_of
from backend.services.identity.staff_accounts import record
from backend.services.listing import matching
from backend.storage.database import Database
from backend.storage.statements import read

NOT_METHOD_FIELDS = frozenset({"version", "effective_from", "reason"})


async def publish_method(
    database: Database, catalogue: Catalogue, staff: Principal, code: str, request: MethodVersionRequest
) -> MethodVersionView:
    """Publish a method's version. Raises MethodNotFound, EffectiveTooEarly, CatalogueInvalid, VersionPublished."""
    method = checked_method(catalogue, code, request)
    async with database.transaction():
        await store_method(staff, catalogue.methods[code], method, request.reason)
    catalogue.adopt(method)
    return version_view(method)


def checked_method(catalogue: Catalogue, code: str, request: MethodVersionRequest) -> Method:
    """The version that a request makes, after every check of the catalogue's own.

    Raises MethodNotFound, EffectiveTooEarly, CatalogueInvalid, VersionPublished.
    """
    current = catalogue.methods.get(code)
    if current is None:
        raise MethodNotFound
    _check_day(request.effective_from)
    if request.retired_on is not UNSET and request.retired_on is not None:
        _check_day(request.retired_on)
    method = changed_method(current, request)
    _check_method(catalogue, method)
    if catalogue.knows(code, method.version):
        raise VersionPublished
    return method


async def store_method(staff: Principal, current: Method, method: Method, reason: str) -> None:
    """Store a checked version; inside the transaction that publishes it. Raises VersionPublished."""
    before, after = _plain(current), _plain(method)
    changed = sorted(changed_fields(current, method))
    await _create_entry("method", method.code, method.version, body_of(method))
    await record(
        staff,
        "method.publish",
        method.code,
        reason=reason,
        before={name: before.get(name) for name in changed},
        after={name: after[name] for name in changed},
    )


def changed_fields(current: msgspec.Struct, other: msgspec.Struct) -> set[str]:
    """Names of the fields in which two versions differ."""
    before, after = _plain(current), _plain(other)
    return {name for name in after if before.get(name) != after[name]}


async def publish_rule(
    database: Database, catalogue: Catalogue, staff: Principal, request: PointRuleRequest
) -> PointRuleView:
    """Publish a new points rule. Raises EffectiveTooEarly, CatalogueInvalid, VersionPublished."""
    rule = checked_rule(catalogue, request)
    async with database.transaction():
        await store_rule(staff, catalogue.point_rule_on(request.effective_from), rule, request.reason)
    catalogue.adopt_rule(rule)
    return rule_view(rule)


def new_rule(request: PointRuleRequest) -> PointRule:
    """The points rule that a request makes."""
    return view_of(
        PointRule, request, source_id="product", note={"zh-CN": request.note.zh, "en": request.note.en}
    )


def checked_rule(catalogue: Catalogue, request: PointRuleRequest) -> PointRule:
    """The same after every check. Raises EffectiveTooEarly, CatalogueInvalid, VersionPublished."""
    _check_day(request.effective_from)
    if request.id in catalogue.point_rules:
        raise VersionPublished
    rule = new_rule(request)
    try:
        check_point_rules({rule.id: rule}, catalogue.sources)
    except CatalogueError as error:
        raise CatalogueInvalid.at(error.pointer, error.code, **error.facts) from None
    return rule


async def store_rule(staff: Principal, before: PointRule, rule: PointRule, reason: str) -> None:
    """Store a checked rule; inside the transaction that publishes it. Raises VersionPublished."""
    await _create_entry("points_rule", rule.id, "1", body_of(rule))
    await record(
        staff, "points_rule.publish", rule.id, reason=reason, before=_plain(before), after=_plain(rule)
    )


async def learn_published(database: Database, catalogue: Catalogue) -> int:
    """Load what other processes published; returns how many entries were new to this one."""
    new = 0
    for row in await read(database, "read_published"):
        if row["kind"] == "method":
            if not catalogue.knows(row["id"], row["version"]):
                catalogue.adopt(msgspec.json.decode(row["body"], type=Method))
                new += 1
        elif row["id"] not in catalogue.point_rules:
            catalogue.adopt_rule(msgspec.json.decode(row["body"], type=PointRule))
            new += 1
    return new


def list_rules(catalogue: Catalogue) -> list[PointRuleView]:
    """How grams become points, oldest rule first."""
    return [
        rule_view(rule)
        for rule in sorted(catalogue.point_rules.values(), key=lambda rule: rule.effective_from)
    ]


def versions_of(catalogue: Catalogue, code: str) -> list[MethodVersionView]:
    """Every version of a method, oldest first. Raises MethodNotFound."""
    current = catalogue.methods.get(code)
    if current is None:
        raise MethodNotFound
    return [version_view(method) for method in catalogue.versions.get(code) or [current]]


async def staff_actions(
    subject: str | None, limit: int, cursor: UUID | None, typed: str | None = None
) -> Page[StaffActionView]:
    """The audit trail of what staff did, newest first."""
    query = matching(StaffAction.all(), typed, "action", "subject", "reason")
    if cursor is not None:
        query = query.filter(id__lt=cursor)
    if subject is not None:
        query = query.filter(subject=subject)
    rows = await query.order_by("-id").limit(limit + 1)
    names = dict(await Staff.filter(id__in={row.staff_id for row in rows}).values_list("id", "username"))
    return Page.of(rows, limit, lambda row: _staff_action_view(row, names.get(row.staff_id, "?")))


def _staff_action_view(row: StaffAction, actor: str) -> StaffActionView:
    return view_of(StaffActionView, row, id=str(row.id), actor=actor)


def version_view(method: Method) -> MethodVersionView:
    """One version of a method, field by field."""
    return view_of(MethodVersionView, method, body=_plain(method))


def rule_view(rule: PointRule) -> PointRuleView:
    """A points rule as the API shows it."""
    return view_of(PointRuleView, rule, note=bilingual(rule.note))


def changed_method(current: Method, request: MethodVersionRequest) -> Method:
    """A version with a request's changes, as yet unchecked. Raises CatalogueInvalid."""
    changes: dict[str, Any] = {"version": request.version, "effective_from": request.effective_from}
    for name in request.__struct_fields__:
        value = getattr(request, name)
        if name in NOT_METHOD_FIELDS or value is UNSET:
            continue
        changes[name] = {"zh-CN": value.zh, "en": value.en} if isinstance(value, Bilingual) else value
    fields = {name: getattr(current, name) for name in current.__struct_fields__}
    try:
        return msgspec.convert(msgspec.to_builtins(fields | changes, builtin_types=(Decimal, date)), Method)
    except msgspec.ValidationError as error:
        raise CatalogueInvalid(errors=(error_of(str(error)),)) from None


def _check_method(catalogue: Catalogue, method: Method) -> None:
    """A published method passes the same checks as one of the files, dimension analysis included."""
    try:
        check_languages(method.code, method)
        check_method(method, catalogue.sources)
        for factor_set in catalogue.factor_sets.values():
            check_formulas(method, factor_set, catalogue.factors)
        check_scale(method, catalogue.guards, catalogue.factor_sets, catalogue.factors, catalogue.point_rules)
    except CatalogueError as error:
        raise CatalogueInvalid.at(error.pointer, error.code, **error.facts) from None


def _check_day(day: date) -> None:
    if day <= day_of(datetime.now(UTC)):
        raise EffectiveTooEarly


async def _create_entry(kind: str, id_: str, version: str, body: bytes) -> None:
    try:
        await CatalogueEntry.create(
            kind=kind,
            id=id_,
            version=version,
            digest=hashlib.sha256(body).digest(),
            body=msgspec.json.decode(body),
        )
    except IntegrityError as error:
        raise VersionPublished from error


def _plain(entry: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(entry))
    return found
