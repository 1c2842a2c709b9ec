-- read_cause_days: [read] what a cause was given on each day in Shanghai from an instant on, oldest first.
-- $1 cause_id uuid  $2 since timestamptz
SELECT (created_at AT TIME ZONE 'Asia/Shanghai')::date AS day, sum(grams)::bigint AS donated_g, count(*) AS donations
FROM donations WHERE cause_id = $1 AND created_at >= $2
GROUP BY 1 ORDER BY 1
