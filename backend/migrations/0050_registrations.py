from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0049_organisations")]
    operations = [RunSQL(read_sql("0050_registrations.up"), read_sql("0050_registrations.down"))]
