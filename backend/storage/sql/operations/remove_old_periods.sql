-- remove_old_periods: [write] remove periods of people's lives that were never closed, 400 days after their end.
-- $1 rows at most int
WITH old AS (
    SELECT id FROM personal_periods WHERE closed_at IS NULL AND ends_on < now() - interval '400 days'
    LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM personal_periods p USING old WHERE p.id = old.id RETURNING 1
)
SELECT count(*) AS removed FROM removed
