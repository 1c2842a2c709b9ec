from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0060_feeds")]
    operations = [RunSQL(read_sql("0061_credit_scores.up"), read_sql("0061_credit_scores.down"))]
