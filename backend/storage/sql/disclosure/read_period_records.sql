-- read_period_records: [read] steps of events, credits and complaints of a period, each with its count and its grams.
-- A batch that became void after its retirement was recorded stays in that period, and is in the one in which it did as
-- void: what is told of a period that is over does not change.
-- $1 from timestamptz  $2 until timestamptz
SELECT 'step' AS what, to_state AS key, count(DISTINCT event_id) AS counted, 0::bigint AS grams FROM event_steps
WHERE at >= $1 AND at < $2 GROUP BY to_state
UNION ALL
SELECT 'demonstration', 'closed', count(DISTINCT s.event_id), 0 FROM event_steps s JOIN events e ON e.id = s.event_id
WHERE e.is_demonstration AND s.to_state = 'closed' AND s.at >= $1 AND s.at < $2
UNION ALL
SELECT 'credit', product, count(*), sum(quantity_t * 1000000)::bigint FROM credit_batches
WHERE (status = 'retired' OR status = 'void' AND published_at IS NOT NULL)
  AND coalesce(published_at, created_at) >= $1 AND coalesce(published_at, created_at) < $2
GROUP BY product
UNION ALL
SELECT 'void', product, count(*), sum(quantity_t * 1000000)::bigint FROM credit_batches
WHERE status = 'void' AND published_at IS NOT NULL AND voided_at >= $1 AND voided_at < $2
GROUP BY product
UNION ALL
SELECT 'pool', c.product, count(DISTINCT p.event_id), sum(p.serial_to - p.serial_from + 1)::bigint
FROM pools p JOIN credit_batches c ON c.id = p.batch_id WHERE p.created_at >= $1 AND p.created_at < $2 GROUP BY c.product
UNION ALL
SELECT 'complaint', 'received', count(*), 0 FROM complaints WHERE received_at >= $1 AND received_at < $2
UNION ALL
SELECT 'complaint', state, count(*), 0 FROM complaints
WHERE answered_at >= $1 AND answered_at < $2 GROUP BY state
UNION ALL
SELECT 'release', 'event', count(*), 0 FROM disclosures WHERE kind = 'event' AND published_at >= $1 AND published_at < $2
ORDER BY 1, 2
