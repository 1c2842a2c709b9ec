-- read_event_pools: [read] ranges of retired batches that an event has, and what of each is not allocated.
-- $1 event_id uuid
SELECT p.batch_id, p.serial_from, p.serial_to, p.next_serial, c.product, c.project_name, c.vintage, c.retirement_ref,
       c.retired_on
FROM pools p JOIN credit_batches c ON c.id = p.batch_id AND c.status = 'retired'
WHERE p.event_id = $1
ORDER BY p.position
