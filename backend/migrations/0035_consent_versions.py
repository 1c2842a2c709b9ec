from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0034_privacy")]
    operations = [RunSQL(read_sql("0035_consent_versions.up"), read_sql("0035_consent_versions.down"))]
