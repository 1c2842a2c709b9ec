-- remove_unknown_jobs: [write] forget jobs that no worker has done for thirty days: this version has none of that name.
-- $1 name text[], those that are known
WITH removed AS (
    DELETE FROM jobs
    WHERE name <> ALL ($1::text[]) AND leased_by IS NULL
        AND coalesce(last_ended_at, next_at) < now() - interval '30 days'
    RETURNING 1
)
SELECT count(*) AS removed FROM removed
