-- store_pools: move pools on. Raises pools_never_overdrawn (23514).
-- $1 event_id uuid[]  $2 position int[]  $3 next_serial bigint[]
UPDATE pools p SET next_serial = new.next_serial
FROM unnest($1::uuid[], $2::int[], $3::bigint[]) AS new (event_id, position, next_serial)
WHERE p.event_id = new.event_id AND p.position = new.position
