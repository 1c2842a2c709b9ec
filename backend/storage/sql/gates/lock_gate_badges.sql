-- lock_gate_badges: [lock] hold badges until the transaction ends, in the order of their serials, so that no two
-- devices decide about one at once. A badge is held by the first of its chain: whoever replaced a lost badge has two.
-- $1 event_id uuid  $2 serial int[]
SELECT serial FROM badges
WHERE event_id = $1 AND serial IN (
    SELECT coalesce(first_serial, serial) FROM badges WHERE event_id = $1 AND serial = ANY ($2::int[]))
ORDER BY serial FOR NO KEY UPDATE
