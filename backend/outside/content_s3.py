"""Keeps documents in a bucket of any S3-compatible service, through boto3 (optional: the extra `s3`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import structlog

from backend.errors.events.documents import ContentAway
from backend.outside.content_store import BlobReader

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 30
ATTEMPTS_MAX = 3
CONNECTIONS_MAX = 8
MISSING = ("NoSuchKey", "404", "NotFound")

log = structlog.get_logger(__name__)


class BucketBlobStore:
    """Objects named like the files of a directory: the first two digits, a slash, the hash."""

    spool = None

    def __init__(self, *, endpoint: str, bucket: str, region: str, key_id: str, secret: str) -> None:
        # Imported here: an installation that keeps documents in a directory does not need it.
        import boto3
        from botocore.config import Config

        self._bucket = bucket
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=key_id,
            aws_secret_access_key=secret,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                connect_timeout=CONNECT_TIMEOUT_S,
                read_timeout=READ_TIMEOUT_S,
                retries={"total_max_attempts": ATTEMPTS_MAX, "mode": "standard"},
                max_pool_connections=CONNECTIONS_MAX,
                # Trailing checksums are Amazon's own; several compatible services refuse them. What is read is
                # checked against its name anyway.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def put(self, name: str, fresh: Path, media_type: str) -> None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            with fresh.open("rb") as file:
                self._client.put_object(
                    Bucket=self._bucket, Key=_key(name), Body=file, ContentType=media_type
                )
        except (BotoCoreError, ClientError) as error:
            raise _away("put", error) from error

    def open(self, name: str) -> tuple[BlobReader, int] | None:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=_key(name))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in MISSING:
                return None
            raise _away("get", error) from error
        except BotoCoreError as error:
            raise _away("get", error) from error
        return BucketFile(answer["Body"]), answer["ContentLength"]


class BucketFile:
    """An object while it is read."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, amount: int, /) -> bytes:
        from botocore.exceptions import BotoCoreError

        try:
            piece: bytes = self._body.read(amount)
        except (BotoCoreError, OSError) as error:
            raise _away("read", error) from error
        return piece

    def close(self) -> None:
        self._body.close()


def _away(what: str, error: Exception) -> ContentAway:
    # The kind of error alone: its text may hold the address that was signed.
    log.warning("content_store_away", what=what, error=type(error).__name__)
    return ContentAway()


def _key(name: str) -> str:
    return f"{name[:2]}/{name}"
