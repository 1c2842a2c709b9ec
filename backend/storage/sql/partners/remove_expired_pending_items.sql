-- remove_expired_pending_items: [write] items that waited as long as they may; those of somebody who is bound are
-- credited instead. SKIP LOCKED, because every process may do it: none waits for another.
-- $1 rows at most int
WITH old AS (
    SELECT ctid FROM waiting_items w WHERE expires_at < now() AND NOT EXISTS (
        SELECT FROM source_grants g
        WHERE g.partner_id = w.partner_id AND g.subject = w.subject AND g.withdrawn_at IS NULL
    ) LIMIT $1 FOR UPDATE SKIP LOCKED
), removed AS (
    DELETE FROM waiting_items WHERE ctid IN (SELECT ctid FROM old) RETURNING 1
)
SELECT count(*) AS removed FROM removed
