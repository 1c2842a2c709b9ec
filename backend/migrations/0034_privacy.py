from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0033_event_members")]
    operations = [RunSQL(read_sql("0034_privacy.up"), read_sql("0034_privacy.down"))]
