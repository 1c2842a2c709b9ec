-- load_offsets: offsets of people who joined before, one row per allocation, in order.
-- $1 event_id uuid[]  $2 citizen_id uuid[]
SELECT o.event_id, o.citizen_id, o.id, o.grams, o.kind, o.certificate_number,
       l.batch_id, l.grams AS part_grams, l.serial_from, l.serial_to
FROM unnest($1::uuid[], $2::uuid[]) AS asked (event_id, citizen_id)
JOIN offsets o ON o.event_id = asked.event_id AND o.citizen_id = asked.citizen_id
JOIN allocations l ON l.event_id = o.event_id AND l.offset_id = o.id
ORDER BY o.event_id, o.id, l.position
