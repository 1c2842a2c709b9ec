from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0056_feature_switches")]
    operations = [RunSQL(read_sql("0057_disclosures.up"), read_sql("0057_disclosures.down"))]
