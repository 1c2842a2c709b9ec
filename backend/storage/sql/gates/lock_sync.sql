-- lock_sync: [lock] one file of a device at a time, until the transaction ends.
-- $1 device_id uuid
SELECT pg_advisory_xact_lock(hashtextextended('devices/' || $1::uuid::text, 0))
