from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0038_written_at")]
    operations = [RunSQL(read_sql("0039_gates_over_days.up"), read_sql("0039_gates_over_days.down"))]
