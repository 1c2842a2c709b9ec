"""A running application with the verbs that tests speak in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2 as httpx
import jwt
import msgspec
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.applications import Starlette
from starlette.types import Message

from backend.app import create_app
from backend.auth import Principal
from backend.catalogue import Catalogue
from backend.components import Components
from backend.domain.days import day_of
from backend.ledger.command import IdempotencyKey
from backend.ledger.commands.log_action import LogAction
from backend.logging import configure_logging
from backend.models import Account, Citizen, Organisation, OrganisationMember, Staff
from backend.models.keys import uuid7
from backend.services.certificates.signer import open_signer
from backend.services.certificates.transparency_log import log_keys
from backend.settings import Settings
from backend.storage.statements import write

Json = dict[str, Any]
# A password's hash takes a tenth of a second and 64 MiB; all test staff share one that is checked at once.
PASSWORD = "demo"
PASSWORD_HASH = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)).hash(PASSWORD)
TONNE = 1_000_000


@dataclass
class Service:
    client: httpx.AsyncClient
    components: Components
    settings: Settings

    async def citizen(self, name: str | None = None) -> dict[str, str]:
        """Headers of a signed-in citizen whose account has had its proven act; the same name is the same citizen."""
        headers = await self.newcomer(name)
        claims = jwt.decode(headers["Authorization"][7:], options={"verify_signature": False})
        await Account.filter(id=claims["sub"]).update(is_proven=True)
        return headers

    async def newcomer(self, name: str | None = None) -> dict[str, str]:
        """Headers of a signed-in citizen who has proven nothing yet; the same name is the same citizen."""
        body = {"provider": "demo", "code": name or uuid4().hex}
        answer = await self.client.post("/v1/sessions", json=body)
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def guest(self, code: str | None = None, **body: str) -> dict[str, str]:
        """Headers of whoever signed in with a badge alone; without a code with a badge of a new event."""
        if code is None:
            slug = f"event-{uuid4().hex[:8]}"
            await self.event(slug)
            code = (await self.badges(1, slug))[0]["code"]
        answer = await self.post("/v1/sessions", {"provider": "badge", "code": code} | body)
        assert answer.status_code == 201, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}

    async def person(self, age: int | None, name: str | None = None) -> dict[str, str]:
        """Headers of a citizen who told to be born so many years ago this month; None: who has told nothing."""
        headers = await self.newcomer(name)
        citizen_id = self.components.tokens.read(headers["Authorization"].removeprefix("Bearer ")).id
        await Citizen.filter(id=citizen_id).update(born_month=None, age_told_at=None)
        await Account.filter(id=citizen_id).update(earns_from=None)
        if age is not None:
            today = day_of(datetime.now(UTC))
            told = await self.post("/v1/me/age", {"born": f"{today.year - age}-{today.month:02}"}, headers)
            assert told.status_code == 200, told.text
        return headers

    async def resident(self) -> dict[str, str]:
        """Headers of a citizen whose account was opened sixty days ago: an id begins with its time."""
        opened_ms = int((datetime.now(UTC) - timedelta(days=60)).timestamp() * 1000)
        citizen_id = UUID(int=opened_ms << 80 | uuid7().int & (1 << 80) - 1)
        await Citizen.create(id=citizen_id, born_month=date(1990, 6, 1), age_told_at=datetime.now(UTC))
        await write("open_account", citizen_id)
        await Account.filter(id=citizen_id).update(is_proven=True, earns_from=date(2004, 7, 1))
        token = self.components.tokens.issue(Principal(citizen_id, "citizen", uuid7()))
        return {"Authorization": f"Bearer {token}"}

    async def consent(self, citizen: dict[str, str], scope: str, granted: bool = True) -> Json:
        """A citizen gives a consent, or withdraws it."""
        answer = await self.post("/v1/me/consents", {"scope": scope, "granted": granted}, citizen)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def citizens(self, count: int) -> list[dict[str, str]]:
        return [await self.citizen() for _ in range(count)]

    async def staff(
        self, role: str, username: str | None = None, *, has_organisation: bool = True
    ) -> dict[str, str]:
        """Headers of a signed-in staff member of a role, by the role's name if no other is told.

        Outside demo mode a new organiser has an organisation to file events for.
        """
        account = {"role": role, "password_hash": PASSWORD_HASH}
        staff, is_new = await Staff.get_or_create(account, username=username or role)
        if is_new and role == "organiser" and has_organisation and not self.settings.is_demo:
            name = {"name_zh": "测试主办方", "name_en": "Test host"}
            code = f"N-{staff.id.hex[-8:].upper()}"
            host = await Organisation.create(code=code, kinds=["event_organiser"], state="active", **name)
            await OrganisationMember.create(
                organisation_id=host.id, staff_id=staff.id, duty="owner", added_by=staff.id
            )
        signed_in = await self.components.sessions.create_for_staff(staff.id, role)
        return {"Authorization": f"Bearer {signed_in.access_token}"}

    async def post(self, path: str, body: object, headers: dict[str, str] | None = None) -> httpx.Response:
        return await self.client.post(path, json=body, headers=headers)

    async def event(self, slug: str = "fair", *, state: str = "running", **changes: Any) -> Json:
        """A two-day event in Chengdu, with the factors that the worked examples are reckoned with."""
        organiser = await self.staff("organiser")
        start = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        body = {
            "slug": slug,
            "name": {"zh-CN": "测试活动", "en": "Test fair"},
            "kind": "exhibition",
            "city": "成都",
            "starts_at": start.isoformat(),
            "ends_at": (start + timedelta(days=1, hours=9)).isoformat(),
            "boundary": "extended",
            "factor_set": "sichuan-2026.1",
            "gates": [{"gate": 1, "name": {"zh-CN": "东门", "en": "East gate"}}],
        } | changes
        answer = await self.post("/v1/events", body, organiser)
        assert answer.status_code == 201, answer.text
        await self.staff("staff")
        if state != "draft":
            moved = await self.post(f"/v1/events/{slug}/transitions", {"to": state}, organiser)
            assert moved.status_code == 200, moved.text
            await self.duties(slug)
        found: Json = answer.json()
        return found

    async def duties(self, slug: str, *duties: str, username: str = "staff") -> None:
        """What a member of the venue's staff does at an event from now on; everything if no duty is told."""
        body = {"username": username, "duties": duties or ["gate", "badges", "reviews", "desk"]}
        answer = await self.post(f"/v1/events/{slug}/members", body, await self.staff("operator"))
        assert answer.status_code == 200, answer.text

    async def city_duties(self, *duties: str, username: str = "staff") -> None:
        """What a member of staff does for the whole city from now on; everything if no duty is told."""
        await self.staff("staff", username)
        body = {"username": username, "duties": duties or ["reviews", "complaints"]}
        answer = await self.post("/v1/members", body, await self.staff("operator"))
        assert answer.status_code == 200, answer.text

    async def batch(self, quantity_t: int = 1, **changes: Any) -> Json:
        body = {
            "product": "cdcer",
            "project_name": "龙泉山造林",
            "vintage": 2024,
            "quantity_t": quantity_t,
            "retirement_ref": f"RET-{uuid4().hex[:8]}",
            "retired_on": "2026-01-15",
        } | changes
        answer = await self.post("/v1/credit-batches", body, await self.staff("operator"))
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return await self._confirmed(found) if found["status"] == "awaiting_confirmation" else found

    async def _confirmed(self, batch: Json) -> Json:
        """A batch that was entered outside demo mode, with its proof and a second operator's word."""
        path = f"/v1/credit-batches/{batch['id']}"
        headers = await self.staff("operator") | {"Content-Type": "application/pdf"}
        proven = await self.client.post(f"{path}/proof", content=b"%PDF-1.7\n%proof\n", headers=headers)
        assert proven.status_code == 200, proven.text
        decision = {"decision": "confirmed", "reason": "test"}
        second = await self.staff("operator", username="second-operator")
        answer = await self.post(f"{path}/confirmation", decision, second)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        return found

    async def pool(self, slug: str = "fair", grams: int = TONNE, batch: Json | None = None) -> Json:
        """Grams of a batch (a new one of enough whole tonnes) for an event."""
        batch = batch or await self.batch(-(-grams // TONNE))
        body = {"batch_id": batch["id"], "grams": grams}
        answer = await self.post(f"/v1/events/{slug}/pools", body, await self.staff("operator"))
        assert answer.status_code == 201, answer.text
        found: Json = answer.json()
        return found

    async def badges(self, count: int, slug: str = "fair", category: str | None = None) -> list[Json]:
        body = {"count": count} | ({"category": category} if category else {})
        answer = await self.post(f"/v1/events/{slug}/badges", body, await self.staff("operator"))
        assert answer.status_code == 201, answer.text
        found: list[Json] = answer.json()["items"]
        return found

    async def scan(self, code: str, citizen: dict[str, str], **body: Any) -> httpx.Response:
        return await self.post("/v1/scans", {"code": code} | body, citizen)

    async def act(
        self,
        citizen: dict[str, str],
        method: str,
        quantity: object = None,
        key: str | None = None,
        **body: Any,
    ) -> httpx.Response:
        """Log an action under a fresh Idempotency-Key, or under `key`."""
        sent = {"method": method} | ({} if quantity is None else {"quantity": quantity}) | body
        headers = citizen | {"Idempotency-Key": key or uuid4().hex}
        return await self.post("/v1/actions", sent, headers)

    async def prove(
        self, citizen: dict[str, str], method: str, quantity: object = None, **changes: Any
    ) -> Json:
        """The answer to an action with the first evidence that its method accepts, sent as its source sends it."""
        now, id_ = datetime.now(UTC), uuid7()
        facts: Json = {
            "parameters": {},
            "tier": self.components.catalogue.methods[method].evidence_wanted[0],
            "occurred_at": now,
        } | changes
        command = LogAction(
            id=id_,
            citizen_id=self.components.tokens.read(citizen["Authorization"].removeprefix("Bearer ")).id,
            method=method,
            quantity=None if quantity is None else Decimal(str(quantity)),
            day=day_of(facts["occurred_at"]),
            event_id=None,
            gate=None,
            badge_serial=None,
            idempotency=IdempotencyKey(id_.hex, id_.bytes + id_.bytes),
            at=now,
            **facts,
        )
        outcome = await self.components.queue.submit(command)
        assert outcome.status == 201, outcome.body
        found: Json = msgspec.json.decode(outcome.body)
        return found

    async def sign(self, kind: str = "restaurant") -> str:
        """The code on the sign of a certified scene."""
        name = uuid4().hex[:8]
        body = {
            "kind": kind,
            "name": {"zh-CN": f"场景 {name}", "en": f"Scene {name}"},
            "district": "锦江区",
            "reason": "list of certified scenes",
        }
        answer = await self.post("/v1/scenes", body, await self.staff("operator"))
        assert answer.status_code == 201, answer.text
        return str(answer.json()["sign"]["code"])


@asynccontextmanager
async def open_service(settings: Settings) -> AsyncIterator[Service]:
    """The application with its lifespan run as a server would."""
    with _application(settings) as app:
        async with _signing(settings), app.router.lifespan_context(app) as state:
            components: Components = state["components"]
            await components.counts._redis.flushdb()
            transport = httpx.ASGITransport(app=_with_state(app, state))
            with _forgetting(components.catalogue):
                async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
                    yield Service(client, components, settings)


_signers: dict[Path, tuple[AsyncExitStack, list[Settings]]] = {}


@asynccontextmanager
async def _signing(settings: Settings) -> AsyncIterator[None]:
    """A signer as a worker has it, for services that sign with the demo's key or with one of their own."""
    if not settings.transparency_log_keys and not settings.is_demo:
        yield
        return
    # Services of one test process share it; the last one that goes closes it.
    path = settings.signer_path
    if path not in _signers:
        _signers[path] = (AsyncExitStack(), [])
        await _signers[path][0].enter_async_context(open_signer(log_keys(settings), path))
    stack, users = _signers[path]
    users.append(settings)
    try:
        yield
    finally:
        users.pop()
        if not users:
            del _signers[path]
            await stack.aclose()


APPLICATIONS_MAX = 8
_idle: list[tuple[Settings, Starlette]] = []


@contextmanager
def _application(settings: Settings) -> Iterator[Starlette]:
    """One that nobody uses, or a new one: routes and OpenAPI document take a tenth of a second to make, and what an
    application remembers it holds in its lifespan.
    """
    found = next((idle for idle in _idle if idle[0] == settings), None)
    if found is None:
        found = (settings, create_app(settings))
    else:
        _idle.remove(found)
    configure_logging(settings)
    try:
        yield found[1]
    finally:
        _idle.append(found)
        del _idle[:-APPLICATIONS_MAX]


@contextmanager
def _forgetting(catalogue: Catalogue) -> Iterator[None]:
    """Versions of methods and rules that a process learns of while it runs are unknown to the next one."""
    known: list[dict[str, Any]] = [catalogue.methods, catalogue.versions, catalogue.point_rules]
    versions = {code: list(methods) for code, methods in catalogue.versions.items()}
    before = [dict(catalogue.methods), versions, dict(catalogue.point_rules)]
    try:
        yield
    finally:
        for entries, at_first in zip(known, before, strict=True):
            entries.clear()
            entries.update(at_first)


def _with_state(app: Any, state: Any) -> Any:
    """ASGITransport runs no lifespan, so what ours yielded is put into each request as a server does."""

    async def call(scope: Message, receive: Any, send: Any) -> None:
        await app({**scope, "state": dict(state)}, receive, send)

    return call
