from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0012_badges")]
    operations = [RunSQL(read_sql("0013_venue.up"), read_sql("0013_venue.down"))]
