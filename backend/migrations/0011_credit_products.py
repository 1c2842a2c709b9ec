from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0010_event_life")]
    operations = [RunSQL(read_sql("0011_credit_products.up"), read_sql("0011_credit_products.down"))]
