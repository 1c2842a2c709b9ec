"""An event's documents: taken by content, seen by staff, and by anyone once the event is closed."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import quote

import asyncpg
import pytest

from backend.errors.events.documents import ContentDamaged
from backend.models import Staff
from backend.services.operations.download_slots import KEPT_AT_ONCE_MAX
from backend.settings import Settings
from tests.outside.s3_server import BUCKET, KEY_ID, REGION, SECRET, s3_server
from tests.routes.counting import row_counts
from tests.routes.filing import PDF, moved, send
from tests.service import PASSWORD_HASH, Service, open_service


async def another_organiser(stage: Service) -> dict[str, str]:
    staff = await Staff.create(username="another", role="organiser", password_hash=PASSWORD_HASH)
    signed_in = await stage.components.sessions.create_for_staff(staff.id, "organiser")
    return {"Authorization": f"Bearer {signed_in.access_token}"}


async def test_a_document_is_seen_by_staff_and_by_anyone_when_the_event_is_closed(stage: Service) -> None:
    await stage.event("papers")
    sent = await send(stage, "papers", "plan", name="实施 计划.pdf")
    assert sent.status_code == 201
    document = sent.json()
    assert document["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert (document["bytes"], document["media_type"], document["name"]) == (
        len(PDF),
        "application/pdf",
        "实施 计划.pdf",
    )
    listing = "/v1/events/papers/documents"
    another = await another_organiser(stage)
    for headers in ({}, await stage.citizen(), another):
        for path in (listing, document["url"]):
            answer = await stage.client.get(path, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (404, "event_not_found")
    foreign = await send(stage, "papers", "other", headers=another)
    assert (foreign.status_code, foreign.json()["code"]) == (404, "event_not_found")
    for role in ("staff", "organiser", "operator", "regulator"):
        headers = await stage.staff(role)
        assert (await stage.client.get(listing, headers=headers)).json()["items"] == [document]
        assert (await stage.client.get(document["url"], headers=headers)).content == PDF

    await moved(stage, "papers", "closed")
    assert (await stage.client.get(listing)).json()["items"] == [document]
    answer = await stage.client.get(document["url"])
    assert answer.content == PDF
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote('实施 计划.pdf')}"
    assert answer.headers["content-length"] == str(len(PDF))
    assert answer.headers["etag"] == f'"{document["sha256"]}"'
    late = await send(stage, "papers", "other", PDF + b"late")
    assert (late.status_code, late.json()["code"]) == (409, "event_closed")


async def test_the_same_content_of_a_kind_is_the_same_document(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("twice")
    first = (await send(stage, "twice", "plan")).json()
    again = (await send(stage, "twice", "plan", name="other.pdf")).json()
    assert again == first
    other_kind = (await send(stage, "twice", "evaluation")).json()
    assert (other_kind["sha256"], other_kind["id"] == first["id"]) == (first["sha256"], False)
    recorded = await rows.fetchval(
        "SELECT count(*) FROM staff_actions WHERE subject = 'twice' AND action = 'document.add'"
    )
    assert recorded == 2


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"kind": "poem"}, 422, "invalid_query"),
        ({"name": ""}, 422, "invalid_query"),
        ({"name": "x" * 201}, 422, "invalid_query"),
        ({"name": "../../etc/passwd"}, 422, "invalid_query"),
        ({"name": "a\r\nSet-Cookie: b"}, 422, "invalid_query"),
        ({"name": "a\0b"}, 422, "invalid_query"),
        ({"content": b"<script>"}, 422, "content_mismatch"),
        ({"content": b""}, 422, "content_empty"),
        ({"media_type": "text/html"}, 415, "unsupported_media_type"),
        ({"media_type": "image/png"}, 422, "content_mismatch"),
        ({"slug": "nothing"}, 404, "event_not_found"),
    ],
    ids=str,
)
async def test_a_document_that_does_not_fit_is_refused_and_nothing_is_written(
    stage: Service, rows: asyncpg.Connection, changes: dict[str, object], status: int, code: str
) -> None:
    if not await rows.fetchval("SELECT true FROM events WHERE slug = 'strict'"):
        await stage.event("strict")
    sent = {"slug": "strict", "kind": "plan", "headers": await stage.staff("organiser")} | changes
    before = await row_counts(rows)
    answer = await send(stage, **sent)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await row_counts(rows) == before


async def test_a_document_that_is_too_large_is_refused_whether_it_says_so_or_not(stage: Service) -> None:
    await stage.event("large")
    bytes_max = stage.settings.document_bytes_max
    told = await send(stage, "large", "plan", b"%PDF-" + b"x" * bytes_max)
    assert (told.status_code, told.json()["code"]) == (413, "body_too_large")

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield PDF * 500

    headers = await stage.staff("organiser") | {"Content-Type": "application/pdf"}
    untold = await stage.client.post(
        "/v1/events/large/documents?kind=plan&name=a.pdf", content=endless(), headers=headers
    )
    assert (untold.status_code, untold.json()["code"]) == (413, "body_too_large")
    whole = b"%PDF-" + b"x" * (bytes_max - 5)
    sent = await send(stage, "large", "plan", whole)
    assert sent.status_code == 201
    found = await stage.client.get(sent.json()["url"], headers=await stage.staff("staff"))
    assert found.content == whole


async def test_an_event_has_so_many_documents_and_no_more(stage: Service, rows: asyncpg.Connection) -> None:
    await stage.event("full")
    await rows.execute(
        """INSERT INTO event_documents (event_id, id, kind, sha256, media_type, bytes, name, uploaded_by)
           SELECT id, gen_random_uuid(), 'other', sha256(n::text::bytea), 'application/pdf', 1, 'x', created_by
           FROM events, generate_series(1, 99) n WHERE slug = 'full'"""
    )
    assert (await send(stage, "full", "plan")).status_code == 201
    over = await send(stage, "full", "evaluation")
    assert (over.status_code, over.json()["code"]) == (409, "document_limit")


async def test_a_document_that_is_not_there_is_not_found(stage: Service) -> None:
    await stage.event("empty")
    staff = await stage.staff("staff")
    for name in ("x", "01890000-0000-7000-8000-000000000000"):
        answer = await stage.client.get(f"/v1/events/empty/documents/{name}", headers=staff)
        assert (answer.status_code, answer.json()["code"]) == (404, "document_not_found")


async def test_a_document_whose_file_is_gone_is_said_to_be_damaged(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("lost")
    document = (await send(stage, "lost", "plan")).json()
    await rows.execute("UPDATE event_documents SET sha256 = $1 WHERE id = $2", b"g" * 32, document["id"])
    answer = await stage.client.get(document["url"], headers=await stage.staff("staff"))
    assert (answer.status_code, answer.json()["code"]) == (500, "content_damaged")


async def test_a_document_that_was_damaged_never_arrives_whole(
    stage: Service, rows: asyncpg.Connection
) -> None:
    await stage.event("torn")
    staff = await stage.staff("staff")
    document = (await send(stage, "torn", "plan", PDF + b"x" * 600_000)).json()
    path = stage.settings.content_dir / document["sha256"][:2] / document["sha256"]
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"y")
    with pytest.raises(ContentDamaged):  # a server would end the connection here
        await stage.client.get(document["url"], headers=staff)
    path.write_bytes(whole[:-1])
    answer = await stage.client.get(document["url"], headers=staff)
    assert (answer.status_code, answer.json()["code"]) == (500, "content_damaged")
    path.write_bytes(whole)
    assert (await stage.client.get(document["url"], headers=staff)).content == whole


async def test_so_many_documents_go_out_at_once_and_badges_are_printed_all_the_same(stage: Service) -> None:
    await stage.event("crowd")
    await stage.badges(1, "crowd")
    staff = await stage.staff("staff")
    document = (await send(stage, "crowd", "plan")).json()
    downloads = stage.components.downloads
    open_ones = []
    for _ in range(KEPT_AT_ONCE_MAX):
        content = await stage.components.content.open(bytes.fromhex(document["sha256"]))
        assert content is not None
        open_ones.append(await downloads.start_kept(content))
    busy = await stage.client.get(document["url"], headers=staff)
    assert (busy.status_code, busy.json()["code"]) == (503, "busy")
    printed = await stage.client.get("/v1/events/crowd/badges.csv", headers=await stage.staff("organiser"))
    assert printed.status_code == 200
    await open_ones.pop().aclose()
    assert (await stage.client.get(document["url"], headers=staff)).content == PDF
    for each in open_ones:
        await each.aclose()


async def test_a_service_with_a_bucket_keeps_its_documents_there(settings: Settings) -> None:
    with s3_server() as bucket:
        chosen = replace(
            settings,
            content_s3_endpoint=bucket.endpoint,
            content_s3_bucket=BUCKET,
            content_s3_region=REGION,
            content_s3_key_id=KEY_ID,
            content_s3_secret=SECRET,
        )
        async with open_service(chosen) as service:
            await service.event("far")
            document = (await send(service, "far", "plan")).json()
            assert [name.rpartition("/")[2] for name in bucket.objects] == [document["sha256"]]
            answer = await service.client.get(document["url"], headers=await service.staff("staff"))
            assert answer.content == PDF
            bucket.fails = 1_000
            away = await send(service, "far", "plan", PDF + b"more")
            assert (away.status_code, away.json()["code"]) == (503, "content_store_unavailable")
