-- lock_inventory: [lock] one entry into an event's inventory at a time, while the event's state stays as it is, until
-- the transaction ends. Scans go on meanwhile: like them it shares the event's row and its line (queue_for_event), so
-- that ten thousand lines make nobody wait at a gate.
-- $1 event_id uuid
WITH line AS MATERIALIZED (
    SELECT pg_advisory_xact_lock(hashtextextended('inventory/' || $1::uuid::text, 0)) AS entry,
           pg_advisory_xact_lock_shared(hashtextextended('events/' || $1::uuid::text, 0)) AS turn
)
SELECT e.state FROM line CROSS JOIN events e WHERE e.id = $1 FOR SHARE OF e
