from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0007_knowledge")]
    operations = [RunSQL(read_sql("0008_jobs.up"), read_sql("0008_jobs.down"))]
