-- read_picture: [read] sums of an event's cells: in all (gate and minute null), by gate, by minute from $2 on.
-- $1 event_id uuid  $2 since timestamptz
WITH cells AS (
    SELECT gate, CASE WHEN minute >= $2 THEN minute END AS minute, joined, footprints, footprint_g, offsets, grams,
           actions, points
    FROM tallies WHERE event_id = $1
)
SELECT gate, minute, coalesce(sum(joined), 0)::bigint AS joined, coalesce(sum(footprints), 0)::bigint AS footprints,
       coalesce(sum(footprint_g), 0)::bigint AS footprint_g, coalesce(sum(offsets), 0)::bigint AS offsets,
       coalesce(sum(grams), 0)::bigint AS grams, coalesce(sum(actions), 0)::bigint AS actions,
       coalesce(sum(points), 0)::bigint AS points
FROM cells GROUP BY GROUPING SETS ((), (gate), (minute))
HAVING GROUPING(minute) = 1 OR minute IS NOT NULL
ORDER BY gate, minute
