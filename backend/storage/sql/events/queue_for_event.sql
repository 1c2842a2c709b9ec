-- queue_for_event: [lock] stand in line for an event before its row is locked to be changed: the batches that came
-- before end first, those that come later wait. Held until the transaction ends.
-- $1 event_id uuid
SELECT pg_advisory_xact_lock(hashtextextended('events/' || $1::uuid::text, 0))
