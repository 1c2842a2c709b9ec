-- request_job: [write] have a job done now; one that is under way is done once more when it ends.
-- $1 name text
UPDATE jobs SET wanted_at = now(), next_at = CASE WHEN leased_by IS NULL THEN now() ELSE next_at END
WHERE name = $1
RETURNING name
