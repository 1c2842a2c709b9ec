from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0050_registrations")]
    operations = [RunSQL(read_sql("0051_existing_subjects.up"), read_sql("0051_existing_subjects.down"))]
