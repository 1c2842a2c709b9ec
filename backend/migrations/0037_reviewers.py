from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0036_minors")]
    operations = [RunSQL(read_sql("0037_reviewers.up"), read_sql("0037_reviewers.down"))]
