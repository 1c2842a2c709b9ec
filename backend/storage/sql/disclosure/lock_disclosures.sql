-- lock_disclosures: [lock] have the next number and the end of the chain until the transaction ends. The number is this
-- statement's own.
SELECT pg_advisory_xact_lock(8411607157)
