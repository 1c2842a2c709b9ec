-- detect_speculation: [read] closed events whose pools were many times what was offset, with much of them left unused.
-- $1 since timestamptz  $2 times_min int  $3 unused_g_min bigint
SELECT 'event:' || e.slug AS subject, h.organisation_id,
       jsonb_build_object('event', e.slug, 'pooled_g', p.pooled_g, 'unused_g', s.unused_g,
                          'released_g', s.released_g) AS facts
FROM surpluses s
JOIN events e ON e.id = s.event_id
JOIN LATERAL (
    SELECT sum(serial_to - serial_from + 1)::bigint AS pooled_g FROM pools WHERE event_id = e.id
) p ON true
LEFT JOIN event_organisations h ON h.event_id = e.id AND h.part = 'host' AND h.removed_at IS NULL
WHERE s.at >= $1 AND s.unused_g >= $3::bigint AND p.pooled_g >= (p.pooled_g - s.grams) * $2::bigint
ORDER BY subject
