from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0019_erased_waits")]
    operations = [RunSQL(read_sql("0020_reissued_badges.up"), read_sql("0020_reissued_badges.down"))]
