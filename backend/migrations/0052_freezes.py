from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0051_existing_subjects")]
    operations = [RunSQL(read_sql("0052_freezes.up"), read_sql("0052_freezes.down"))]
