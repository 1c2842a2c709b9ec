from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0040_folded_texts")]
    operations = [RunSQL(read_sql("0042_file_readings.up"), read_sql("0042_file_readings.down"))]
