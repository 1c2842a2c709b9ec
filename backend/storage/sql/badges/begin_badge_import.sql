-- begin_badge_import: [write] enter a file of badges, or enter it again when its last run failed; else nothing comes
-- back.
-- $1 event_id uuid  $2 id uuid  $3 sha256 bytea  $4 state text  $5 why text  $6 rows_total int  $7 errors jsonb
-- $8 errors_total int  $9 alive_s int  $10 created_by uuid  $11 reading jsonb
INSERT INTO badge_imports AS i (event_id, id, sha256, state, why, rows_total, errors, errors_total, alive_until,
    created_by, reading, ended_at)
VALUES ($1, $2, $3, $4::text, $5, $6, $7::jsonb, $8, now() + $9::int * interval '1 second', $10,
    $11::jsonb, CASE WHEN $4::text = 'failed' THEN now() END)
ON CONFLICT (event_id, sha256) DO UPDATE SET state = EXCLUDED.state, why = EXCLUDED.why, rows_done = 0,
    rows_total = EXCLUDED.rows_total, errors = EXCLUDED.errors, errors_total = EXCLUDED.errors_total,
    attempt = i.attempt + 1, alive_until = EXCLUDED.alive_until, created_by = EXCLUDED.created_by,
    reading = EXCLUDED.reading, ended_at = EXCLUDED.ended_at
WHERE i.state = 'failed'
RETURNING id, attempt
