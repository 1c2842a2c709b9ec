from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0001_people_and_catalogue")]
    operations = [RunSQL(read_sql("0002_events_and_ledger.up"), read_sql("0002_events_and_ledger.down"))]
