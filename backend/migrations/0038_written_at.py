from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0037_reviewers")]
    operations = [RunSQL(read_sql("0038_written_at.up"), read_sql("0038_written_at.down"))]
