from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0003_points_and_evidence")]
    operations = [RunSQL(read_sql("0004_partners.up"), read_sql("0004_partners.down"))]
