from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0063_neutral_years")]
    operations = [RunSQL(read_sql("0064_survival_reports.up"), read_sql("0064_survival_reports.down"))]
