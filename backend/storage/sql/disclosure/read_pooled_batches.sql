-- read_pooled_batches: [read] retired batches that an event has serials of, with their origin and the grams it has.
-- $1 event_id uuid
SELECT p.batch_id, c.product, c.project_name, c.vintage, c.registry, c.retirement_ref, c.retired_on, c.origin_tag,
       c.registry_serial_from, c.registry_serial_to, sum(p.serial_to - p.serial_from + 1)::bigint AS pooled_g
FROM pools p JOIN credit_batches c ON c.id = p.batch_id AND c.status = 'retired'
WHERE p.event_id = $1
GROUP BY p.batch_id, c.product, c.project_name, c.vintage, c.registry, c.retirement_ref, c.retired_on, c.origin_tag,
         c.registry_serial_from, c.registry_serial_to
ORDER BY c.product, p.batch_id
