-- read_inventory_absences: [read] the groups that an event declares as none in a phase, the newest reason of each.
-- $1 event_id uuid  $2 phase text  $3 as_of timestamptz
SELECT DISTINCT ON (grouping) grouping, reason
FROM inventory_absences WHERE event_id = $1 AND phase = $2 AND created_at <= $3
ORDER BY grouping, created_at DESC, id DESC
