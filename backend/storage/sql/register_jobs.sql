-- register_jobs: make the rows of a worker's jobs; one whose rhythm was changed is due no later than the new rhythm says.
-- In name order and never FOR UPDATE: two workers that start together do not wait in a circle.
-- $1 name text[]  $2 rhythm text[]  $3 about_zh text[]  $4 about_en text[]  $5 next_at timestamptz[]
INSERT INTO jobs (name, rhythm, about_zh, about_en, next_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
    AS t (name, rhythm, about_zh, about_en, next_at) ORDER BY name
ON CONFLICT (name) DO UPDATE SET
    rhythm = excluded.rhythm,
    about_zh = excluded.about_zh,
    about_en = excluded.about_en,
    next_at = CASE WHEN jobs.rhythm = excluded.rhythm THEN jobs.next_at
        ELSE least(jobs.next_at, excluded.next_at) END
WHERE (jobs.rhythm, jobs.about_zh, jobs.about_en)
    IS DISTINCT FROM (excluded.rhythm, excluded.about_zh, excluded.about_en)
