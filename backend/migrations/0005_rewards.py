from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0004_partners")]
    operations = [RunSQL(read_sql("0005_rewards.up"), read_sql("0005_rewards.down"))]
