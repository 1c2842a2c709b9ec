from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0062_demonstrations")]
    operations = [RunSQL(read_sql("0063_neutral_years.up"), read_sql("0063_neutral_years.down"))]
