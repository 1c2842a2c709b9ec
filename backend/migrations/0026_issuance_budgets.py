from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0025_retirement_keys")]
    operations = [RunSQL(read_sql("0026_issuance_budgets.up"), read_sql("0026_issuance_budgets.down"))]
