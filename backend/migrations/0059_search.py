from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0057_disclosures")]
    operations = [RunSQL(read_sql("0059_search.up"), read_sql("0059_search.down"))]
