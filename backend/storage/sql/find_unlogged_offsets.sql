-- find_unlogged_offsets: offsets since an instant that the log does not hold yet, in the order in which they were made.
-- A row may become visible after a younger one, so the instant lies some time back and what is known is left out.
-- $1 since timestamptz  $2 rows int
WITH new AS MATERIALIZED (
    SELECT o.event_id, o.citizen_id FROM offsets o
    WHERE o.issued_at >= $1
        AND NOT EXISTS (SELECT FROM log_entries l WHERE l.kind = 'offset' AND l.subject = o.certificate_number)
        AND NOT EXISTS (
            SELECT FROM offset_changes x WHERE x.event_id = o.event_id AND x.citizen_id = o.citizen_id
        )
        AND NOT EXISTS (
            SELECT FROM journey_revisions j WHERE j.event_id = o.event_id AND j.citizen_id = o.citizen_id
        )
    ORDER BY o.issued_at, o.id LIMIT $2
)
SELECT c.event_id, c.certificate_number, c.issued_at, c.footprint_digest, c.grams, c.kind, c.revision, c.released_g,
       c.parts::text AS parts, c.issued_at AS happened_at
FROM new
-- One by one, by key: joined at large, the view would be computed for everybody.
CROSS JOIN LATERAL (
    SELECT * FROM certified_offsets v WHERE v.event_id = new.event_id AND v.citizen_id = new.citizen_id OFFSET 0
) c
ORDER BY c.issued_at, c.id
