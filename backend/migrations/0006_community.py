from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0005_rewards")]
    operations = [RunSQL(read_sql("0006_community.up"), read_sql("0006_community.down"))]
