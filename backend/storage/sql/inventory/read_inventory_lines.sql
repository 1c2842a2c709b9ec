-- read_inventory_lines: [read] the lines of an event's inventory in a phase, superseded ones included, oldest first.
-- $1 event_id uuid  $2 phase text  $3 as_of timestamptz
SELECT id, phase, grouping, source, meter, quantity, unit, starts_on, ends_on, factor_id, factor_value, factor_unit,
       factor_source, unit_g, emission_g, quality, document_id, note, supersedes, import_id, created_at
FROM inventory_lines WHERE event_id = $1 AND phase = $2 AND created_at <= $3 ORDER BY created_at, id
