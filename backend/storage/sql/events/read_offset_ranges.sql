-- read_offset_ranges: [read] the serials that an offset still holds, with their batches, in order.
-- $1 event_id uuid  $2 offset_id uuid
SELECT l.batch_id, l.held_to - l.serial_from + 1 AS part_grams, l.serial_from, l.held_to AS serial_to,
       b.product, b.project_name, b.retirement_ref
FROM (
    SELECT a.batch_id, a.position, a.serial_from, coalesce(r.first - 1, a.serial_to) AS held_to
    FROM allocations a
    CROSS JOIN LATERAL (
        SELECT min(g.serial_from) AS first FROM offset_releases g
        WHERE g.event_id = a.event_id AND g.batch_id = a.batch_id AND g.serial_from BETWEEN a.serial_from AND a.serial_to
    ) r
    WHERE a.event_id = $1 AND a.offset_id = $2
) l
JOIN credit_batches b ON b.id = l.batch_id
WHERE l.held_to >= l.serial_from ORDER BY l.position
