from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0024_inventory")]
    operations = [RunSQL(read_sql("0025_retirement_keys.up"), read_sql("0025_retirement_keys.down"))]
