from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0008_jobs")]
    operations = [RunSQL(read_sql("0009_evidence.up"), read_sql("0009_evidence.down"))]
