from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0043_sign_in_codes")]
    operations = [RunSQL(read_sql("0044_citizen_passkeys.up"), read_sql("0044_citizen_passkeys.down"))]
