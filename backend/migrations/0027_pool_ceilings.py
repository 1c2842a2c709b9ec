from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0026_issuance_budgets")]
    operations = [RunSQL(read_sql("0027_pool_ceilings.up"), read_sql("0027_pool_ceilings.down"))]
