-- find_earlier_badges: [read] a badge and those that it replaced, one after the other, the newest first.
-- $1 event_id uuid  $2 serial int
WITH RECURSIVE chain (serial) AS (
    SELECT $2::int
    UNION
    SELECT b.serial FROM chain JOIN badges b ON b.event_id = $1 AND b.reissued_as = chain.serial
)
SELECT serial FROM chain ORDER BY serial DESC
