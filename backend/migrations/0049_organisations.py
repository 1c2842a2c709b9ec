from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0048_ways_in")]
    operations = [RunSQL(read_sql("0049_organisations.up"), read_sql("0049_organisations.down"))]
