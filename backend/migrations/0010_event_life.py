from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0009_evidence")]
    operations = [RunSQL(read_sql("0010_event_life.up"), read_sql("0010_event_life.down"))]
