-- lock_scenes: [lock] one entry of scenes at a time, until the transaction ends; readers and visits do not wait.
SELECT pg_advisory_xact_lock(hashtextextended('tianfu.scenes', 0))
