-- read_gate_badge_statistics: [read] by category, badges that may come, those that are inside, and people who joined
-- with one. Who is inside is kept by the first badge of a chain, so that nobody is counted twice.
-- $1 event_id uuid  $2 inside since timestamptz (null: whenever they came in)
SELECT b.category, count(*) FILTER (WHERE b.revoked_at IS NULL) AS expected,
       count(*) FILTER (WHERE p.is_inside AND ($2::timestamptz IS NULL OR p.since >= $2)) AS inside, count(a.citizen_id) AS joined
FROM badges b
LEFT JOIN presence p ON p.event_id = b.event_id AND p.badge_serial = b.serial
LEFT JOIN attendances a ON a.event_id = b.event_id AND a.badge_serial = b.serial
WHERE b.event_id = $1
GROUP BY b.category
ORDER BY b.category NULLS FIRST
