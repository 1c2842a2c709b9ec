from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0002_events_and_ledger")]
    operations = [RunSQL(read_sql("0003_points_and_evidence.up"), read_sql("0003_points_and_evidence.down"))]
