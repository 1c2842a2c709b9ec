from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0035_consent_versions")]
    operations = [RunSQL(read_sql("0036_minors.up"), read_sql("0036_minors.down"))]
