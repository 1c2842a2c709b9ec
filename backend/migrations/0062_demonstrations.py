from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0061_credit_scores")]
    operations = [RunSQL(read_sql("0062_demonstrations.up"), read_sql("0062_demonstrations.down"))]
