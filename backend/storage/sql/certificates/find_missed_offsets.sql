-- find_missed_offsets: [read] of the offsets that follow a key, those that the log does not hold as they are now; with
-- each, or alone where none is missed, the last key that was looked at. No row after the last offset. For the thorough
-- run: by keys, so that a look is as short in a city's history as on its first day.
-- $1 event_id uuid  $2 citizen_id uuid  $3 offsets to look at int  $4 rows int
WITH looked AS MATERIALIZED (
    SELECT event_id, citizen_id, certificate_number FROM offsets
    WHERE (event_id, citizen_id) > ($1::uuid, $2::uuid) ORDER BY event_id, citizen_id LIMIT $3
), edge AS (
    SELECT event_id AS last_event_id, citizen_id AS last_citizen_id FROM looked ORDER BY 1 DESC, 2 DESC LIMIT 1
), suspect AS MATERIALIZED (
    SELECT o.event_id, o.citizen_id FROM looked o
    WHERE NOT EXISTS (
            SELECT FROM log_entries l WHERE l.kind = 'offset' AND l.subject = o.certificate_number OFFSET 0
        )
        OR EXISTS (
            SELECT FROM offset_changes x WHERE x.event_id = o.event_id AND x.citizen_id = o.citizen_id OFFSET 0
        )
        OR EXISTS (
            SELECT FROM journey_revisions j WHERE j.event_id = o.event_id AND j.citizen_id = o.citizen_id OFFSET 0
        )
), missed AS MATERIALIZED (
    SELECT c.* FROM suspect s
    CROSS JOIN LATERAL (
        SELECT * FROM certified_offsets v WHERE v.event_id = s.event_id AND v.citizen_id = s.citizen_id OFFSET 0
    ) c
    WHERE NOT EXISTS (
        SELECT FROM log_entries l
        WHERE l.kind = CASE c.revision WHEN 0 THEN 'offset' ELSE 'offset_change' END
            AND l.subject = CASE c.revision WHEN 0 THEN c.certificate_number ELSE c.certificate_number || ':' || c.revision END
        OFFSET 0
    )
    ORDER BY c.event_id, c.citizen_id LIMIT $4
)
SELECT edge.last_event_id, edge.last_citizen_id, m.event_id, m.citizen_id, m.certificate_number, m.issued_at, m.footprint_digest,
       m.grams, m.kind, m.revision, m.released_g, m.seed, m.lines_digest, m.parts::text AS parts, greatest(
           m.issued_at,
           (SELECT max(x.created_at) FROM offset_changes x WHERE x.event_id = m.event_id AND x.citizen_id = m.citizen_id),
           (SELECT max(j.created_at) FROM journey_revisions j WHERE j.event_id = m.event_id AND j.citizen_id = m.citizen_id)
       ) AS happened_at
FROM edge LEFT JOIN missed m ON true
ORDER BY m.issued_at, m.id
