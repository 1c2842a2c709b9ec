from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0055_supervision_desk")]
    operations = [RunSQL(read_sql("0056_feature_switches.up"), read_sql("0056_feature_switches.down"))]
