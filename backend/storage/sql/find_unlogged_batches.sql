-- find_unlogged_batches: retired batches that the log does not hold yet, and those in it that were made void since.
-- Batches are few; all of them are looked at.
-- $1 rows int
SELECT b.id, CASE b.status WHEN 'void' THEN b.id || ':void' ELSE b.id::text END AS subject,
       coalesce(b.voided_at, b.created_at) AS happened_at, to_jsonb(b)::text AS facts
FROM credit_batches b
WHERE (b.status = 'retired' OR b.status = 'void'
        AND EXISTS (SELECT FROM log_entries l WHERE l.kind = 'retirement' AND l.subject = b.id::text))
    AND NOT EXISTS (
        SELECT FROM log_entries l WHERE l.kind = 'retirement'
            AND l.subject = CASE b.status WHEN 'void' THEN b.id || ':void' ELSE b.id::text END
    )
ORDER BY 3, b.id LIMIT $1
