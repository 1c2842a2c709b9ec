-- lock_issuance: [lock] be the only batch that issues points: those under way end first, those that come wait. In a
-- statement of its own, because the next one has to see what they wrote.
SELECT pg_advisory_xact_lock(hashtextextended('issuance', 0))
