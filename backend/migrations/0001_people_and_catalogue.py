from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    initial = True
    operations = [
        RunSQL(read_sql("0001_people_and_catalogue.up"), read_sql("0001_people_and_catalogue.down"))
    ]
