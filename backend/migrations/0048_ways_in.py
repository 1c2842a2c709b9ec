from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0046_account_moves")]
    operations = [RunSQL(read_sql("0048_ways_in.up"), read_sql("0048_ways_in.down"))]
