from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0032_security_records")]
    operations = [RunSQL(read_sql("0033_event_members.up"), read_sql("0033_event_members.down"))]
