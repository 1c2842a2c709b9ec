from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0014_devices")]
    operations = [RunSQL(read_sql("0015_offsets_in_full.up"), read_sql("0015_offsets_in_full.down"))]
