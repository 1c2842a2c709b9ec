from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0045_guests")]
    operations = [RunSQL(read_sql("0046_account_moves.up"), read_sql("0046_account_moves.down"))]
