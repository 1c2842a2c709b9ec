from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0064_survival_reports")]
    operations = [RunSQL(read_sql("0065_certified_scenes.up"), read_sql("0065_certified_scenes.down"))]
