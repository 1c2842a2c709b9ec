from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0053_lists")]
    operations = [RunSQL(read_sql("0054_public_complaints.up"), read_sql("0054_public_complaints.down"))]
