from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0059_search")]
    operations = [RunSQL(read_sql("0060_feeds.up"), read_sql("0060_feeds.down"))]
