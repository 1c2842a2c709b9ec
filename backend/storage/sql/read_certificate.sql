-- read_certificate: an offset with its event, footprint and allocations, one row per allocation, in order.
-- $1 event code text  $2 certificate number text
SELECT e.slug, e.name_zh, e.name_en, e.city, e.starts_at, e.ends_at, e.boundary,
       o.grams, o.kind, o.issued_at, f.body AS footprint,
       l.batch_id, l.grams AS part_grams, l.serial_from, l.serial_to, b.product, b.project_name, b.retirement_ref
FROM events e
JOIN offsets o ON o.event_id = e.id AND o.certificate_number = $2
JOIN footprints f ON f.event_id = e.id AND f.digest = o.footprint_digest
JOIN allocations l ON l.event_id = e.id AND l.offset_id = o.id
JOIN credit_batches b ON b.id = l.batch_id
WHERE e.code = $1
ORDER BY l.position
