-- lock_feed: [lock] whether this transaction may publish; false when another one is at it. Ends with the transaction.
SELECT pg_try_advisory_xact_lock(hashtextextended('tianfu.feed', 0)) AS is_ours
