-- register_jobs: [write] make the rows of a worker's jobs; one whose rhythm was changed is due no later than the new
-- rhythm says. In name order and never FOR UPDATE: two workers that start together do not wait in a circle.
-- $1 name text[]  $2 rhythm_zh text[]  $3 rhythm_en text[]  $4 about_zh text[]  $5 about_en text[]
-- $6 next_at timestamptz[]
INSERT INTO jobs (name, rhythm_zh, rhythm_en, about_zh, about_en, next_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
    AS t (name, rhythm_zh, rhythm_en, about_zh, about_en, next_at) ORDER BY name
ON CONFLICT (name) DO UPDATE SET
    rhythm_zh = excluded.rhythm_zh,
    rhythm_en = excluded.rhythm_en,
    about_zh = excluded.about_zh,
    about_en = excluded.about_en,
    next_at = CASE WHEN jobs.rhythm_en = excluded.rhythm_en THEN jobs.next_at
        ELSE least(jobs.next_at, excluded.next_at) END
WHERE (jobs.rhythm_zh, jobs.rhythm_en, jobs.about_zh, jobs.about_en)
    IS DISTINCT FROM (excluded.rhythm_zh, excluded.rhythm_en, excluded.about_zh, excluded.about_en)
