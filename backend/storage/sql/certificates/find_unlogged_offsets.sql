-- find_unlogged_offsets: [read] offsets since an instant that the log does not hold yet, in the order in which they
-- were made. A row may become visible after a younger one, so the instant lies some time back and what is known is
-- left out. At a peak these tables grow faster than their statistics: each step is fenced (MATERIALIZED, OFFSET 0), so
-- that every row is looked up by its key, and the search ends with the last row that is wanted, whatever the planner
-- believes. An offset that came later than its journey was told again has changed nothing since: it is new, whatever
-- its revision.
-- $1 since timestamptz  $2 rows int
WITH aged AS MATERIALIZED (
    SELECT event_id, citizen_id, certificate_number, issued_at FROM offsets WHERE issued_at >= $1 ORDER BY issued_at, id
), new AS MATERIALIZED (
    SELECT o.event_id, o.citizen_id FROM aged o
    WHERE NOT EXISTS (
            SELECT FROM log_entries l WHERE l.kind = 'offset' AND l.subject = o.certificate_number OFFSET 0
        )
        AND NOT EXISTS (
            SELECT FROM offset_changes x WHERE x.event_id = o.event_id AND x.citizen_id = o.citizen_id OFFSET 0
        )
        AND NOT EXISTS (
            SELECT FROM journey_revisions j WHERE j.event_id = o.event_id AND j.citizen_id = o.citizen_id
                AND (j.created_at > o.issued_at OR EXISTS (
                    SELECT FROM log_entries l WHERE l.kind = 'offset_change'
                        AND l.subject > o.certificate_number || ':' AND l.subject < o.certificate_number || ';' OFFSET 0
                )) OFFSET 0
        )
    LIMIT $2
)
SELECT c.event_id, c.certificate_number, c.issued_at, c.footprint_digest, c.grams, c.kind, c.revision, c.released_g, c.seed, c.lines_digest,
       c.parts::text AS parts, c.issued_at AS happened_at
FROM new
CROSS JOIN LATERAL (
    SELECT * FROM certified_offsets v WHERE v.event_id = new.event_id AND v.citizen_id = new.citizen_id OFFSET 0
) c
ORDER BY c.issued_at, c.id
