-- lock_log: [lock] whether this transaction may grow the log; false when another one is at it. Ends with the
-- transaction. The number is this statement's own.
SELECT pg_try_advisory_xact_lock(8411607116) AS is_ours
