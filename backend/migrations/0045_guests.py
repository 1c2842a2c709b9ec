from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0044_citizen_passkeys")]
    operations = [RunSQL(read_sql("0045_guests.up"), read_sql("0045_guests.down"))]
