-- read_surplus: [read] of each batch in an event's pools: all grams, those never allocated and those released.
-- $1 event_id uuid
WITH pooled AS (
    SELECT batch_id, min(position) AS position, sum(serial_to - serial_from + 1)::bigint AS pooled_g,
           sum(serial_to - next_serial + 1)::bigint AS unused_g
    FROM pools WHERE event_id = $1 GROUP BY batch_id
), released AS (
    SELECT batch_id, sum(grams)::bigint AS released_g FROM offset_releases WHERE event_id = $1 GROUP BY batch_id
)
SELECT p.batch_id, b.product, b.project_name, b.retirement_ref, b.origin_tag, p.pooled_g, p.unused_g,
       coalesce(r.released_g, 0) AS released_g
FROM pooled p
JOIN credit_batches b ON b.id = p.batch_id
LEFT JOIN released r ON r.batch_id = p.batch_id
ORDER BY p.position
