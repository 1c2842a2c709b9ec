-- read_security_records: [read] what is on record, newest first.
-- $1 kind text or null  $2 since timestamptz  $3 until timestamptz  $4 before: at timestamptz or null
-- $5 before: id uuid or null  $6 rows at most int
SELECT r.id, r.at, r.kind, r.actor_id, coalesce(s.username, r.actor) AS actor, r.source, r.subject, r.reason, r.occurrences
FROM security_records r LEFT JOIN staff s ON s.id = r.actor_id
WHERE ($1::text IS NULL OR r.kind = $1) AND r.at >= $2 AND r.at < $3
    AND ($4::timestamptz IS NULL OR (r.at, r.id) < ($4, $5::uuid))
ORDER BY r.at DESC, r.id DESC LIMIT $6
