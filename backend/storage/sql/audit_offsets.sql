-- audit_offsets: offsets against allocations, footprints and attendances.
WITH parts AS (
    SELECT event_id, offset_id, sum(grams) AS grams FROM allocations GROUP BY event_id, offset_id
)
SELECT coalesce(o.id, p.offset_id) AS offset_id, o.grams, p.grams AS allocated_g, f.total_g, o.kind
FROM offsets o
FULL JOIN parts p ON p.event_id = o.event_id AND p.offset_id = o.id
LEFT JOIN footprints f ON f.event_id = o.event_id AND f.digest = o.footprint_digest
LEFT JOIN attendances a ON a.event_id = o.event_id AND a.citizen_id = o.citizen_id
WHERE o.grams IS DISTINCT FROM p.grams
   OR o.grams > f.total_g OR f.total_g IS NULL OR a.id IS NULL
   OR (o.kind = 'full') <> (o.grams = f.total_g)
   OR a.footprint_digest <> o.footprint_digest
UNION ALL
SELECT a.id, NULL, NULL, NULL, a.offset_status FROM attendances a
LEFT JOIN offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
WHERE a.offset_status = 'allocated' AND o.id IS NULL
