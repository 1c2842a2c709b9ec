-- audit_tallies: [read] counts per event against attendances, offsets and actions as they are now.
WITH facts AS (
    SELECT a.event_id, coalesce(a.gate, 0) AS gate, 1 AS joined, 1 AS footprints, f.total_g AS footprint_g,
           0 AS offsets, 0::bigint AS grams, 0 AS actions, a.points::bigint AS points
    FROM current_attendances a JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
    UNION ALL
    SELECT o.event_id, NULL, 0, 0, 0, 1, o.grams, 0, 0 FROM current_offsets o
    UNION ALL
    SELECT event_id, coalesce(gate, 0), 0, 0, 0, 0, 0, 1, points FROM actions WHERE event_id IS NOT NULL
), written AS (
    SELECT event_id, sum(joined) AS joined, sum(footprints) AS footprints, sum(footprint_g) AS footprint_g,
           sum(offsets) AS offsets, sum(grams) AS grams, sum(actions) AS actions, sum(points) AS points
    FROM facts GROUP BY event_id
), told AS (
    SELECT event_id, sum(joined) AS joined, sum(footprints) AS footprints, sum(footprint_g) AS footprint_g,
           sum(offsets) AS offsets, sum(grams) AS grams, sum(actions) AS actions, sum(points) AS points
    FROM tallies GROUP BY event_id
)
SELECT coalesce(w.event_id, t.event_id) AS event_id, w.joined, t.joined AS told_joined, w.offsets,
       t.offsets AS told_offsets, w.grams, t.grams AS told_grams, w.actions, t.actions AS told_actions
FROM written w FULL JOIN told t ON t.event_id = w.event_id
WHERE (w.joined, w.footprints, w.footprint_g, w.offsets, w.grams, w.actions, w.points)
   IS DISTINCT FROM (t.joined, t.footprints, t.footprint_g, t.offsets, t.grams, t.actions, t.points)
