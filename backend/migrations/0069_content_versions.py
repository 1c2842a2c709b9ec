from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0067_verification")]
    operations = [RunSQL(read_sql("0069_content_versions.up"), read_sql("0069_content_versions.down"))]
