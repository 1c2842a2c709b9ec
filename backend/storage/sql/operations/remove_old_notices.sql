-- remove_old_notices: [write] remove notices after 400 days, which is longer than any reminder needs them.
-- $1 rows at most int
WITH old AS (
    SELECT citizen_id, id FROM notices WHERE created_at < now() - interval '400 days'
    LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM notices n USING old WHERE (n.citizen_id, n.id) = (old.citizen_id, old.id) RETURNING 1
)
SELECT count(*) AS removed FROM removed
