-- audit_offsets: [read] offsets against allocations, releases, footprints and attendances; revisions, changes and
-- waits.
WITH parts AS (
    SELECT event_id, offset_id, sum(grams) AS grams FROM allocations GROUP BY event_id, offset_id
), released AS (
    SELECT event_id, citizen_id, sum(grams) AS grams FROM offset_releases GROUP BY event_id, citizen_id
), told AS (
    SELECT event_id, citizen_id, revision, total_g, footprint_digest,
           row_number() OVER w AS place, total_g - lag(total_g) OVER w AS delta_g
    FROM (
        SELECT event_id, citizen_id, revision, total_g, footprint_digest FROM journey_revisions
        UNION ALL
        SELECT a.event_id, a.citizen_id, 1, f.total_g, a.footprint_digest
        FROM attendances a JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
        WHERE EXISTS (SELECT FROM journey_revisions r WHERE r.event_id = a.event_id AND r.citizen_id = a.citizen_id)
    ) every
    WINDOW w AS (PARTITION BY event_id, citizen_id ORDER BY revision)
)
-- What an offset holds is what was allocated to it and not released, and never more than was emitted.
SELECT coalesce(o.id, p.offset_id) AS offset_id, o.grams, p.grams - coalesce(r.grams, 0) AS held_g, o.total_g, o.kind
FROM current_offsets o
FULL JOIN parts p ON p.event_id = o.event_id AND p.offset_id = o.id
LEFT JOIN released r ON r.event_id = o.event_id AND r.citizen_id = o.citizen_id
LEFT JOIN footprints f ON f.event_id = o.event_id AND f.digest = o.first_digest
WHERE o.grams IS DISTINCT FROM p.grams - coalesce(r.grams, 0)
   OR o.grams > o.total_g OR o.total_g IS NULL OR f.total_g IS NULL
   OR (o.asked_kind = 'full') <> (o.first_grams = f.total_g)
UNION ALL
-- It was made for a footprint of its attendance.
SELECT o.id, NULL, NULL, NULL, 'foreign footprint' FROM offsets o
JOIN attendances a ON a.event_id = o.event_id AND a.citizen_id = o.citizen_id
WHERE a.footprint_digest <> o.footprint_digest AND NOT EXISTS (
    SELECT FROM journey_revisions r WHERE r.event_id = o.event_id AND r.citizen_id = o.citizen_id
        AND r.footprint_digest = o.footprint_digest
)
UNION ALL
SELECT a.id, NULL, NULL, NULL, a.offset_status FROM attendances a
LEFT JOIN offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
WHERE a.offset_status = 'allocated' AND o.id IS NULL
UNION ALL
-- Revisions follow one another from the scan's own, each with its difference and a footprint that is stored.
SELECT r.id, r.delta_g, t.delta_g, f.total_g, 'revision' FROM journey_revisions r
LEFT JOIN told t ON t.event_id = r.event_id AND t.citizen_id = r.citizen_id AND t.revision = r.revision
LEFT JOIN footprints f ON f.event_id = r.event_id AND f.digest = r.footprint_digest
WHERE r.delta_g IS DISTINCT FROM t.delta_g OR t.place IS DISTINCT FROM r.revision OR f.total_g IS DISTINCT FROM r.total_g
UNION ALL
SELECT NULL, c.grams, NULL, NULL, 'change of no offset' FROM offset_changes c
WHERE NOT EXISTS (SELECT FROM offsets o WHERE o.event_id = c.event_id AND o.citizen_id = c.citizen_id)
UNION ALL
-- Of several waits of one person the last alone may be open, and who has all that was asked waits for nothing.
SELECT NULL, w.asked_grams, NULL, NULL, 'wait' FROM offset_waits w
WHERE NOT EXISTS (
    SELECT FROM offset_wait_ends e
    WHERE e.event_id = w.event_id AND e.citizen_id = w.citizen_id AND e.sequence = w.sequence
) AND (EXISTS (
    SELECT FROM offset_waits v
    WHERE v.event_id = w.event_id AND v.citizen_id = w.citizen_id AND v.sequence > w.sequence
) OR EXISTS (
    SELECT FROM current_offsets o
    WHERE o.event_id = w.event_id AND o.citizen_id = w.citizen_id AND (NOT w.is_difference OR o.kind = 'full')
) OR NOT EXISTS (
    SELECT FROM attendances a WHERE a.event_id = w.event_id AND a.citizen_id = w.citizen_id
))
UNION ALL
SELECT NULL, NULL, NULL, NULL, 'end of no wait' FROM offset_wait_ends e
WHERE NOT EXISTS (
    SELECT FROM offset_waits w
    WHERE w.event_id = e.event_id AND w.citizen_id = e.citizen_id AND w.sequence = e.sequence
)
