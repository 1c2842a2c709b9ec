-- store_pending_ends: [write] what became of points that waited, and accounts that have one proven act from now on.
-- $1 … $5 pending_point_ends  $6 … $7 accounts
-- Raises pending_point_ends_once (23505).
WITH proven AS (
    UPDATE accounts a SET is_proven = new.is_proven
    FROM unnest($6::uuid[], $7::boolean[]) AS new (id, is_proven)
    WHERE a.id = new.id
)
INSERT INTO pending_point_ends (citizen_id, source_id, reason, why, ended_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[])
              AS new (citizen_id, source_id, reason, why, ended_at)
