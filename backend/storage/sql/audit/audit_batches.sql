-- audit_batches: [read] grams allocated, assigned and retired of every batch; pools of a batch must not overlap.
WITH allocated AS (
    SELECT batch_id, sum(grams) AS grams FROM allocations GROUP BY batch_id
), assigned AS (
    SELECT batch_id, sum(serial_to - serial_from + 1) AS grams FROM pools GROUP BY batch_id
)
SELECT b.id, b.quantity_t * 1000000 AS retired_g, b.assigned_g, s.grams AS in_pools_g, a.grams AS allocated_g
FROM credit_batches b
LEFT JOIN allocated a ON a.batch_id = b.id
LEFT JOIN assigned s ON s.batch_id = b.id
WHERE coalesce(a.grams, 0) > b.quantity_t * 1000000
   OR coalesce(a.grams, 0) > coalesce(s.grams, 0)
   OR coalesce(s.grams, 0) <> b.assigned_g
   OR b.assigned_g > b.quantity_t * 1000000
UNION ALL
SELECT p.batch_id, p.serial_from, p.serial_to, q.serial_from, q.serial_to
FROM pools p JOIN pools q ON q.batch_id = p.batch_id AND (q.event_id, q.position) > (p.event_id, p.position)
WHERE int8range(p.serial_from, p.serial_to, '[]') && int8range(q.serial_from, q.serial_to, '[]')
UNION ALL
SELECT l.batch_id, NULL, NULL, NULL, l.grams FROM allocations l
LEFT JOIN credit_batches b ON b.id = l.batch_id WHERE b.id IS NULL
