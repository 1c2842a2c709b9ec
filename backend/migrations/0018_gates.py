from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0017_event_reports")]
    operations = [RunSQL(read_sql("0018_gates.up"), read_sql("0018_gates.down"))]
