-- lock_credit_entries: [lock] one entry or retirement of credits at a time, until the transaction ends. Two that
-- conflict in an exclusion constraint at the same moment would wait for each other until one is killed as a deadlock,
-- and told to try again instead of what is wrong.
SELECT pg_advisory_xact_lock(7283012)
