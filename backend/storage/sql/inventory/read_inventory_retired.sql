-- read_inventory_retired: [read] grams of retired batches in an event's pool, given to people or kept by the organiser.
-- $1 event_id uuid
SELECT coalesce(sum(p.serial_to - p.serial_from + 1), 0)::bigint AS retired_g
FROM pools p JOIN credit_batches b ON b.id = p.batch_id AND b.status = 'retired'
WHERE p.event_id = $1
