from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0054_public_complaints")]
    operations = [RunSQL(read_sql("0055_supervision_desk.up"), read_sql("0055_supervision_desk.down"))]
