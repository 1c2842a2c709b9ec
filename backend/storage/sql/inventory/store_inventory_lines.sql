-- store_inventory_lines: [write] lines of an event's inventory, all or none.
-- $1 event_id uuid  $2 created_by uuid  $3 created_at timestamptz  $4 import_id uuid  $5 id uuid[]  $6 phase text[]
-- $7 grouping text[]  $8 source text[]  $9 meter text[]  $10 quantity numeric[]  $11 unit text[]  $12 starts_on date[]
-- $13 ends_on date[]  $14 factor_id text[]  $15 factor_value numeric[]  $16 factor_unit text[]  $17 factor_source text[]
-- $18 unit_g numeric[]  $19 emission_g bigint[]  $20 quality int[]  $21 document_id uuid[]  $22 note text[]
-- $23 supersedes uuid[]
-- Raises inventory_lines_superseded_once (23505).
INSERT INTO inventory_lines (event_id, created_by, created_at, import_id, id, phase, grouping, source, meter, quantity,
    unit, starts_on, ends_on, factor_id, factor_value, factor_unit, factor_source, unit_g, emission_g, quality,
    document_id, note, supersedes)
SELECT $1::uuid, $2::uuid, $3::timestamptz, $4::uuid, new.*
FROM unnest($5::uuid[], $6::text[], $7::text[], $8::text[], $9::text[], $10::numeric[], $11::text[], $12::date[],
    $13::date[], $14::text[], $15::numeric[], $16::text[], $17::text[], $18::numeric[], $19::bigint[], $20::int[],
    $21::uuid[], $22::text[], $23::uuid[]) AS new
