-- find_chain: [read] the badges that are one holder's: the first and those that replaced it, the newest first.
-- $1 event_id uuid  $2 serial int (of any of them)
WITH asked AS (
    SELECT coalesce(first_serial, serial) AS first FROM badges WHERE event_id = $1 AND serial = $2
)
SELECT b.serial FROM asked JOIN badges b ON b.event_id = $1 AND b.serial = asked.first
UNION ALL
SELECT b.serial FROM asked JOIN badges b ON b.event_id = $1 AND b.first_serial = asked.first
ORDER BY serial DESC
