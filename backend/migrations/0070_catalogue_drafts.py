from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0069_content_versions")]
    operations = [RunSQL(read_sql("0070_catalogue_drafts.up"), read_sql("0070_catalogue_drafts.down"))]
