-- lock_pools: [lock] what is left in the pools of these events, locked in key order.
-- $1 event_id uuid[]
SELECT event_id, position, batch_id, next_serial, serial_to
FROM pools WHERE event_id = ANY ($1::uuid[]) AND next_serial <= serial_to
ORDER BY event_id, position FOR NO KEY UPDATE
