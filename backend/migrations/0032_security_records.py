from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0031_commitments")]
    operations = [RunSQL(read_sql("0032_security_records.up"), read_sql("0032_security_records.down"))]
