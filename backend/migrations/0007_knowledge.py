from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0006_community")]
    operations = [RunSQL(read_sql("0007_knowledge.up"), read_sql("0007_knowledge.down"))]
