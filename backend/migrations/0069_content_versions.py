from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0068_personal_periods")]
    operations = [RunSQL(read_sql("0069_content_versions.up"), read_sql("0069_content_versions.down"))]
