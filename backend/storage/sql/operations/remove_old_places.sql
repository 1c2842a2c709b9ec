-- remove_old_places: [write] take places off reviews 90 days after they were decided.
-- $1 rows at most int
WITH old AS (
    SELECT citizen_id, id FROM reviews
    WHERE decided_at < now() - interval '90 days' AND (evidence ? 'lat' OR evidence ? 'lon')
    LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    UPDATE reviews r SET evidence = r.evidence - '{lat,lon}'::text[]
    FROM old WHERE (r.citizen_id, r.id) = (old.citizen_id, old.id) RETURNING 1
)
SELECT count(*) AS removed FROM removed
