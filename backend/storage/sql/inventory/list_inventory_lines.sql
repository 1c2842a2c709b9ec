-- list_inventory_lines: [read] the next lines of an event's inventory, newest first, each with who entered it and which
-- line supersedes it.
-- $1 event_id uuid  $2 before uuid  $3 rows_max integer
SELECT l.id, l.phase, l.grouping, l.source, l.meter, l.quantity, l.unit, l.starts_on, l.ends_on, l.factor_id,
       l.factor_value, l.factor_unit, l.factor_source, l.unit_g, l.emission_g, l.quality, l.document_id, l.note,
       l.supersedes, l.import_id, l.created_at, s.username AS entered_by, n.id AS superseded_by
FROM inventory_lines l JOIN staff s ON s.id = l.created_by
LEFT JOIN inventory_lines n ON n.event_id = l.event_id AND n.supersedes = l.id
WHERE l.event_id = $1 AND ($2::uuid IS NULL OR l.id < $2)
ORDER BY l.id DESC LIMIT $3
