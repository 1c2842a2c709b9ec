from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0030_staff_sign_in")]
    operations = [RunSQL(read_sql("0031_commitments.up"), read_sql("0031_commitments.down"))]
