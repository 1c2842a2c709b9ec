from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0013_venue")]
    operations = [RunSQL(read_sql("0014_devices.up"), read_sql("0014_devices.down"))]
