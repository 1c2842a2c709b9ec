-- audit_offset_ceilings: [read] offsets that were given more than one person's ceiling though staff let nothing through.
WITH grown AS (
    SELECT c.event_id, c.citizen_id, c.sequence, c.grams AS by_g, c.ceiling_g,
           o.grams + sum(c.grams) OVER (PARTITION BY c.event_id, c.citizen_id ORDER BY c.sequence) AS grams
    FROM offset_changes c JOIN offsets o ON o.event_id = c.event_id AND o.citizen_id = c.citizen_id
), given AS (
    SELECT event_id, citizen_id, grams, ceiling_g FROM offsets
    UNION ALL
    SELECT event_id, citizen_id, grams, ceiling_g FROM grown WHERE by_g > 0
)
SELECT g.event_id, g.citizen_id, g.grams, g.ceiling_g FROM given g
WHERE g.grams > g.ceiling_g AND NOT EXISTS (
    SELECT FROM offset_wait_ends e
    WHERE e.event_id = g.event_id AND e.citizen_id = g.citizen_id AND e.why = 'approved'
)
