-- lock_serials: [lock] let one taker at a time give an event's serials. The event's own row stays free for scans. The
-- event's own row stays free for scans.
-- $1 event_id uuid
SELECT pg_advisory_xact_lock(hashtextextended('badges ' || $1::uuid::text, 0))
