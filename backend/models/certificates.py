"""The transparency log's entries, nodes, keys and heads, and the names on certificates."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model


class LogEntry(Model):
    """One leaf of the log's tree; `body` is the hashed document."""

    position = fields.BigIntField(primary_key=True, generated=False)
    kind = fields.TextField()
    subject = fields.TextField()
    body = fields.BinaryField()
    leaf_hash = fields.BinaryField()
    happened_at = fields.DatetimeField()
    sealed_in = fields.BigIntField()
    document = fields.BinaryField(null=True)
    written_at = fields.DatetimeField(null=True, generated=True)

    class Meta:
        table = "log_entries"


class LogNode(Model):
    """The hash of a complete subtree."""

    # The table's key is (level, index).
    index = fields.BigIntField(primary_key=True, generated=False)
    level = fields.SmallIntField()
    hash = fields.BinaryField()

    class Meta:
        table = "log_nodes"


class LogKey(Model):
    """The public half of a key that signed."""

    key_id = fields.CharField(max_length=32, primary_key=True)
    public_key = fields.BinaryField()
    valid_from = fields.DatetimeField()

    class Meta:
        table = "log_keys"


class LogHead(Model):
    """The log's size and root at a moment, signed."""

    size = fields.BigIntField(primary_key=True, generated=False)
    root = fields.BinaryField()
    signed_at = fields.DatetimeField()
    key_id = fields.CharField(max_length=32)
    signature = fields.BinaryField()

    class Meta:
        table = "log_heads"


class CertificateName(Model):
    """The name on a certificate, until its holder removes it."""

    # The table's key is (event_id, certificate_number).
    certificate_number = fields.CharField(max_length=64, primary_key=True)
    event_id = fields.UUIDField()
    citizen_id = fields.UUIDField()
    name = fields.TextField()
    policy_version = fields.TextField()
    consented_at = fields.DatetimeField()

    class Meta:
        table = "certificate_names"


class CertificateLink(Model):
    """The secret of a holder who asked for a new link."""

    # The table's key is (event_id, certificate_number).
    certificate_number = fields.CharField(max_length=64, primary_key=True)
    event_id = fields.UUIDField()
    citizen_id = fields.UUIDField()
    secret = fields.BinaryField()
    created_at = fields.DatetimeField()

    class Meta:
        table = "certificate_links"


class LogSignature(Model):
    """A signature over the document of an entry, by the process that has the key."""

    position = fields.BigIntField(primary_key=True, generated=False)
    key_id = fields.TextField()
    signature = fields.BinaryField()

    class Meta:
        table = "log_signatures"
