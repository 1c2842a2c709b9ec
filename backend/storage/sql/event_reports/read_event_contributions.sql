-- read_event_contributions: [read] grams that an event's people hold beyond what its organiser leaves of their
-- footprints.
-- $1 event_id uuid  $2 digest bytea[]  $3 left_g bigint[] (what is left of the footprint with that digest)
SELECT coalesce(sum(greatest(h.grams - l.left_g, 0)), 0)::bigint AS contribution_g
FROM unnest($2::bytea[], $3::bigint[]) AS l (digest, left_g)
JOIN current_attendances a ON a.event_id = $1 AND a.footprint_digest = l.digest
JOIN (
    SELECT citizen_id, sum(grams)::bigint AS grams FROM (
        SELECT citizen_id, grams FROM offsets WHERE event_id = $1
        UNION ALL SELECT citizen_id, grams FROM offset_changes WHERE event_id = $1
    ) parts GROUP BY citizen_id
) h ON h.citizen_id = a.citizen_id
