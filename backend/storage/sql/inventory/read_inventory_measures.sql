-- read_inventory_measures: [read] reduction measures of an event, oldest first.
-- $1 event_id uuid  $2 as_of timestamptz
SELECT id, grouping, measure, baseline, baseline_g, reduction_g, document_id, created_at
FROM inventory_measures WHERE event_id = $1 AND created_at <= $2 ORDER BY id
