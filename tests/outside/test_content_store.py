"""Documents are kept under their hash, whole or not at all, and what comes back is what went in."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend.errors import BodyTooLarge
from backend.errors.events.documents import ContentAway, ContentDamaged, ContentEmpty, ContentMismatch
from backend.outside.content_s3 import BucketBlobStore
from backend.outside.content_store import PIECE_BYTES, ContentStore, FolderBlobStore
from tests.outside.s3_server import BUCKET, KEY_ID, REGION, SECRET, Bucket, s3_server

PDF = b"%PDF-1.7\n" + b"p" * 5_000
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 100
JPEG = b"\xff\xd8\xff\xe0" + b"j" * 100
ZIP = b"PK\x03\x04" + b"z" * 100
CSV = "名称,克\n龙泉山,1\n".encode()
GOOD = {
    "application/pdf": PDF,
    "image/png": PNG,
    "image/jpeg": JPEG,
    "application/zip": ZIP,
    "text/csv": CSV,
    "application/json": b'{"grams": 1}',
}


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    with s3_server() as running:
        yield running


def shelf_of(bucket: Bucket, secret: str = SECRET) -> BucketBlobStore:
    return BucketBlobStore(
        endpoint=bucket.endpoint, bucket=BUCKET, region=REGION, key_id=KEY_ID, secret=secret
    )


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ContentStore:
    if request.param == "folder":
        return ContentStore(FolderBlobStore(tmp_path / "content"))
    return ContentStore(shelf_of(request.getfixturevalue("bucket")))


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def pieces(content: bytes, size: int = 700) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def got(store: ContentStore, sha256: bytes) -> bytes | None:
    content = await store.open(sha256)
    if content is None:
        return None
    try:
        found = b"".join([piece async for piece in content])
    finally:
        await content.aclose()
    assert len(found) == content.length
    return found


@pytest.mark.parametrize("media_type", GOOD)
async def test_what_is_kept_comes_back_by_its_hash(store: ContentStore, media_type: str) -> None:
    content = GOOD[media_type]
    stored = await store.take(pieces(content), media_type, bytes_max=len(content))
    assert stored.sha256 == hashlib.sha256(content).digest()
    assert (stored.length, stored.media_type) == (len(content), media_type)
    assert await got(store, stored.sha256) == content
    # Again is no error, whole or in pieces, and has the same name.
    assert await store.put(content, media_type) == stored.sha256


async def test_what_was_never_kept_is_not_there(store: ContentStore) -> None:
    assert await got(store, b"x" * 32) is None


async def test_many_who_keep_the_same_at_once_keep_it_once(store: ContentStore) -> None:
    hashes = await asyncio.gather(*(store.put(PDF, "application/pdf") for _ in range(8)))
    assert set(hashes) == {hashlib.sha256(PDF).digest()}
    assert await got(store, hashes[0]) == PDF


@pytest.mark.parametrize(
    ("media_type", "content"),
    [
        ("application/pdf", b"<html>%PDF-1.7"),
        ("application/pdf", b"%PD"),
        ("image/png", JPEG),
        ("image/jpeg", PNG),
        ("application/zip", PDF),
        ("application/zip", b"PK\x05\x06" + b"\0" * 18),
        ("text/csv", "名称".encode("gb18030")),
        ("text/csv", b"a,b\0\n"),
        ("text/csv", CSV + "山".encode()[:2]),
        ("application/json", b"\xff"),
        ("text/html", b"<html>"),
    ],
)
async def test_what_is_not_of_its_type_is_refused(tmp_path: Path, media_type: str, content: bytes) -> None:
    store = ContentStore(FolderBlobStore(tmp_path))
    with pytest.raises(ContentMismatch):
        await store.take(pieces(content, 3), media_type, bytes_max=10_000)
    assert await got(store, hashlib.sha256(content).digest()) is None
    assert files_in(tmp_path) == []


async def test_a_document_may_be_as_large_as_it_may_be_and_no_larger(tmp_path: Path) -> None:
    store = ContentStore(FolderBlobStore(tmp_path))
    assert (await store.take(pieces(PDF), "application/pdf", bytes_max=len(PDF))).length == len(PDF)
    seen = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal seen
        while True:
            seen += 1
            yield PDF

    with pytest.raises(BodyTooLarge):
        await store.take(endless(), "application/pdf", bytes_max=3 * len(PDF))
    assert seen == 4  # nothing was read after it was too much
    with pytest.raises(ContentEmpty):
        await store.take(pieces(b""), "application/pdf", bytes_max=10)
    assert len(files_in(tmp_path)) == 1


async def test_what_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    store = ContentStore(FolderBlobStore(tmp_path))

    async def broken() -> AsyncIterator[bytes]:
        yield PDF
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await store.take(broken(), "application/pdf", bytes_max=10**6)
    assert files_in(tmp_path) == []


async def test_a_document_of_many_megabytes_is_the_same_one(tmp_path: Path) -> None:
    content = PDF + bytes(range(256)) * 20_000
    store = ContentStore(FolderBlobStore(tmp_path))
    stored = await store.take(pieces(content, 65_536), "application/pdf", bytes_max=2 * len(content))
    assert await got(store, stored.sha256) == content


async def test_a_document_comes_back_in_pieces_and_a_damaged_one_without_its_last(
    store: ContentStore, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    whole = PDF + bytes(range(256)) * 4_000
    sha256 = await store.put(whole, "application/pdf")
    content = await store.open(sha256)
    assert content is not None
    sizes = [len(piece) async for piece in content]
    await content.aclose()
    assert len(sizes) > 3
    assert max(sizes) <= PIECE_BYTES
    damaged = whole[:-1] + b"!"
    name = f"{sha256.hex()[:2]}/{sha256.hex()}"
    if (tmp_path / "content").exists():
        (tmp_path / "content" / name).write_bytes(damaged)
    else:
        bucket: Bucket = request.getfixturevalue("bucket")
        bucket.objects[f"/{BUCKET}/{name}"] = (damaged, "application/pdf")
    content = await store.open(sha256)
    assert content is not None
    for size in sizes[:-1]:
        assert len(await anext(aiter(content))) == size
    with pytest.raises(ContentDamaged):
        await anext(aiter(content))
    await content.aclose()


async def test_a_file_that_was_emptied_is_not_given_out(tmp_path: Path) -> None:
    store = ContentStore(FolderBlobStore(tmp_path))
    sha256 = await store.put(PDF, "application/pdf")
    (tmp_path / sha256.hex()[:2] / sha256.hex()).write_bytes(b"")
    with pytest.raises(ContentDamaged):
        await got(store, sha256)


async def test_a_file_that_was_changed_on_the_disk_is_not_given_out(tmp_path: Path) -> None:
    store = ContentStore(FolderBlobStore(tmp_path))
    sha256 = await store.put(PDF, "application/pdf")
    path = tmp_path / sha256.hex()[:2] / sha256.hex()
    path.write_bytes(PDF + b"!")
    with pytest.raises(ContentDamaged):
        await got(store, sha256)
    # Sending the right one again heals it.
    await store.put(PDF, "application/pdf")
    assert await got(store, sha256) == PDF


async def test_a_bucket_holds_each_document_with_its_type_under_its_hash(bucket: Bucket) -> None:
    sha256 = await ContentStore(shelf_of(bucket)).put(PDF, "application/pdf")
    name = f"/{BUCKET}/{sha256.hex()[:2]}/{sha256.hex()}"
    assert bucket.objects == {name: (PDF, "application/pdf")}
    bucket.objects[name] = (b"other", "application/pdf")
    with pytest.raises(ContentDamaged):
        await got(ContentStore(shelf_of(bucket)), sha256)


async def test_a_bucket_that_stumbles_is_asked_again_and_one_that_is_away_is_said_to_be(
    bucket: Bucket,
) -> None:
    store = ContentStore(shelf_of(bucket))
    bucket.fails = 1
    sha256 = await store.put(PDF, "application/pdf")
    assert await got(store, sha256) == PDF
    bucket.fails = 100
    with pytest.raises(ContentAway):
        await store.put(PNG, "image/png")
    bucket.fails = 100
    with pytest.raises(ContentAway):
        await got(store, sha256)


async def test_a_wrong_key_opens_no_bucket(bucket: Bucket) -> None:
    store = ContentStore(shelf_of(bucket, secret="another-secret"))
    with pytest.raises(ContentAway):
        await store.put(PDF, "application/pdf")
    with pytest.raises(ContentAway):
        await got(store, b"x" * 32)
    assert bucket.objects == {}
