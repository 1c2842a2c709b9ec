from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0016_log")]
    operations = [RunSQL(read_sql("0017_event_reports.up"), read_sql("0017_event_reports.down"))]
