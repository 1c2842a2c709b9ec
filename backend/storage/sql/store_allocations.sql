-- store_allocations: grams of retired batches given to people.
-- Raises allocations_serial_once (23505) when a serial was given before.
-- $1 event_id uuid[]  $2 batch_id uuid[]  $3 serial_from bigint[]  $4 serial_to bigint[]  $5 grams bigint[]
-- $6 offset_id uuid[]  $7 position smallint[]  $8 created_at timestamptz[]
INSERT INTO allocations (event_id, batch_id, serial_from, serial_to, grams, offset_id, position, created_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::uuid[], $7::smallint[],
                     $8::timestamptz[])
