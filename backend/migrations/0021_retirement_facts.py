from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0020_reissued_badges")]
    operations = [RunSQL(read_sql("0021_retirement_facts.up"), read_sql("0021_retirement_facts.down"))]
