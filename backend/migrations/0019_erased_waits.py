from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0018_gates")]
    operations = [RunSQL(read_sql("0019_erased_waits.up"), read_sql("0019_erased_waits.down"))]
