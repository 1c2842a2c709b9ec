-- find_badges: [read] which of these serials exist, and what replaced them.
-- $1 event_id uuid  $2 serial int[]
SELECT serial, reissued_as FROM badges WHERE event_id = $1 AND serial = ANY ($2::int[]) ORDER BY serial
