from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0052_freezes")]
    operations = [RunSQL(read_sql("0053_lists.up"), read_sql("0053_lists.down"))]
