"""The ORM's models and the tables say the same."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest
from tortoise import fields
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.models import Model

from backend import models

MODELS: list[type[Model]] = [getattr(models, name) for name in models.__all__]
ORM_TABLE = "tortoise_migrations"

# Kind of field → types of column that hold exactly what the field holds.
HOLDS: dict[type[fields.Field[Any]], set[str]] = {
    fields.UUIDField: {"uuid"},
    fields.TextField: {"text"},
    fields.CharField: {"text", "character varying"},
    fields.DatetimeField: {"timestamp with time zone"},
    fields.DateField: {"date"},
    fields.IntField: {"integer"},
    fields.SmallIntField: {"smallint"},
    fields.BigIntField: {"bigint"},
    fields.DecimalField: {"numeric"},
    fields.BinaryField: {"bytea"},
    fields.JSONField: {"jsonb"},
    fields.BooleanField: {"boolean"},
    fields.FloatField: {"double precision"},
    ArrayField: {"ARRAY"},
}


def _table(model: type[Model]) -> str:
    return model.Meta.table


async def _columns(tables: asyncpg.Connection, table: str) -> dict[str, asyncpg.Record]:
    rows = await tables.fetch(
        """SELECT column_name, data_type, is_nullable = 'YES' AS is_nullable, column_default,
                  numeric_precision, numeric_scale
           FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1""",
        table,
    )
    return {row["column_name"]: row for row in rows}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
async def test_model_has_the_columns_of_its_table(tables: asyncpg.Connection, model: type[Model]) -> None:
    columns = await _columns(tables, _table(model))
    assert model._meta.fields_db_projection.keys() == columns.keys()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
async def test_fields_hold_what_their_columns_hold(tables: asyncpg.Connection, model: type[Model]) -> None:
    columns = await _columns(tables, _table(model))
    for name, field in model._meta.fields_map.items():
        column = columns[name]
        assert column["data_type"] in HOLDS[_kind(field)], name
        assert field.null == column["is_nullable"], name
        if isinstance(field, fields.DecimalField):
            precision = (column["numeric_precision"], column["numeric_scale"])
            assert (field.max_digits, field.decimal_places) == precision, name


def _kind(field: fields.Field[Any]) -> type[fields.Field[Any]]:
    return next(kind for kind in type(field).__mro__ if kind in HOLDS)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
async def test_database_needs_nothing_that_the_model_does_not_give(
    tables: asyncpg.Connection, model: type[Model]
) -> None:
    """A column without a default in the table must be set by the caller or have one in the model, the same one."""
    columns = await _columns(tables, _table(model))
    for name, field in model._meta.fields_map.items():
        told = columns[name]["column_default"]
        if told is None or field.default is None or callable(field.default):
            continue
        given = str(field.default).lower() if isinstance(field.default, bool) else str(field.default)
        assert told.split("::")[0].strip("'") == given, name


async def test_every_table_has_a_model_and_every_model_a_table(tables: asyncpg.Connection) -> None:
    rows = await tables.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert {row["tablename"] for row in rows} - {ORM_TABLE} == {_table(model) for model in MODELS}


def test_models_declare_nothing_that_only_the_migrations_may(  # the ORM never makes a table here
) -> None:
    for model in MODELS:
        assert model._meta.fk_fields == set(), model
        assert not model._meta.unique_together, model
        assert not model._meta.indexes, model


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
async def test_key_of_a_model_is_in_the_key_of_its_table(
    tables: asyncpg.Connection, model: type[Model]
) -> None:
    """Where a table's key has several columns the ORM takes one of them, or one that is unique besides."""
    rows = await tables.fetch(
        """SELECT a.attname FROM pg_index i
           JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
           WHERE i.indrelid = $1::regclass AND i.indisunique""",
        _table(model),
    )
    in_a_key = {row["attname"] for row in rows}
    # An attendance's id is made by the phone's request and unique as every UUIDv7 is; no index carries it.
    assert model._meta.pk_attr in in_a_key | ({"id"} if model is models.Attendance else set())
