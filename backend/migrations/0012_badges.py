from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0011_credit_products")]
    operations = [RunSQL(read_sql("0012_badges.up"), read_sql("0012_badges.down"))]
