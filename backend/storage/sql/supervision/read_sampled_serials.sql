-- read_sampled_serials: [read] of some certificates the serials that each holds: whether they lie in a pool of the event
-- and in the batch, whether any other allocation of the batch has one of them; and what is known of the batch, with the
-- newest entry of the log about its retirement.
-- $1 certificate numbers text[]
WITH mine AS (
    SELECT o.certificate_number, l.event_id, l.offset_id, l.batch_id, l.serial_from, l.serial_to
    FROM offsets o JOIN allocations l ON l.event_id = o.event_id AND l.offset_id = o.id
    WHERE o.certificate_number = ANY ($1::text[])
),
-- One pass over each batch: a range overlaps where one that begins earlier ends later, or the next begins within it.
placed AS (
    SELECT l.event_id, l.batch_id, l.serial_from, l.serial_to,
           max(l.serial_to) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_to,
           lead(l.serial_from) OVER w AS next_from
    FROM allocations l
    WHERE l.batch_id IN (SELECT batch_id FROM mine)
      AND l.event_id IN (SELECT p.event_id FROM pools p WHERE p.batch_id IN (SELECT batch_id FROM mine))
    WINDOW w AS (PARTITION BY l.batch_id ORDER BY l.serial_from, l.event_id)
)
SELECT m.certificate_number, m.batch_id, m.serial_from, m.serial_to, b.product, b.project_name, b.vintage, b.quantity_t,
       b.status, b.registry, b.registry_serial_from, b.registry_serial_to, b.retirement_ref, b.retired_on,
       b.proof_sha256, b.needs_confirmation, b.confirmed_by, b.told_by, b.voided_at,
       EXISTS (SELECT FROM pools p WHERE p.event_id = m.event_id AND p.batch_id = m.batch_id
               AND m.serial_from >= p.serial_from AND m.serial_to < p.next_serial) AS is_in_pool,
       m.serial_from >= 1 AND m.serial_to <= b.quantity_t * 1000000 AS is_in_batch,
       coalesce(x.before_to >= m.serial_from, false) OR coalesce(x.next_from <= m.serial_to, false) AS is_overlapped,
       n.position AS logged_at, n.subject AS logged_subject,
       convert_from(n.body, 'UTF8')::jsonb - 'type' - 'batch_id' = f.facts AS is_logged_as_known
FROM mine m
JOIN credit_batches b ON b.id = m.batch_id
JOIN placed x ON x.event_id = m.event_id AND x.batch_id = m.batch_id AND x.serial_from = m.serial_from
LEFT JOIN retirement_facts f ON f.batch_id = b.id
LEFT JOIN LATERAL (
    SELECT e.position, e.subject, e.body FROM log_entries e
    WHERE e.kind = 'retirement' AND e.subject >= b.id::text AND e.subject < b.id || ';'
    ORDER BY e.position DESC LIMIT 1
) n ON true
ORDER BY m.certificate_number, m.serial_from
