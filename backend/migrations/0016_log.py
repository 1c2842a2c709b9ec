from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0015_offsets_in_full")]
    operations = [RunSQL(read_sql("0016_log.up"), read_sql("0016_log.down"))]
