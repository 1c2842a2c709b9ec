from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0027_pool_ceilings")]
    operations = [RunSQL(read_sql("0030_staff_sign_in.up"), read_sql("0030_staff_sign_in.down"))]
