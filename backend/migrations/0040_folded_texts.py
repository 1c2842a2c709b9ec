from tortoise.migrations import migration
from tortoise.migrations.operations import RunSQL

from backend.migrations import read_sql


class Migration(migration.Migration):
    dependencies = [("backend", "0039_gates_over_days")]
    operations = [RunSQL(read_sql("0040_folded_texts.up"), read_sql("0040_folded_texts.down"))]
