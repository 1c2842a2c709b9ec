from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0065_certified_scenes")]
    operations = [RunSQL(read_sql("0067_verification.up"), read_sql("0067_verification.down"))]
