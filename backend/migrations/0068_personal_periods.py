from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0067_verification")]
    operations = [RunSQL(read_sql("0068_personal_periods.up"), read_sql("0068_personal_periods.down"))]
