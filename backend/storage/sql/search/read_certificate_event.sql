-- read_certificate_event: [read] the event of a certificate that exists; nothing of its holder.
-- $1 event code  $2 certificate number
SELECT events.name_zh, events.name_en, events.city
FROM events
JOIN certified_offsets ON certified_offsets.event_id = events.id AND certified_offsets.certificate_number = $2
WHERE events.code = $1
