-- lock_serials: [lock] of those who give an event's serials, one at a time. The event's own row stays free for scans.
-- $1 event_id uuid
SELECT pg_advisory_xact_lock(hashtextextended('badges ' || $1::uuid::text, 0))
