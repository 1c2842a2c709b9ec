-- audit_inventories: [read] lines whose grams do not follow, that fork, or that correct what is no line of their kind;
-- published accounts that differ from the lines, attendances and pools of their day, or from their own sums.
WITH finals AS (
    SELECT r.event_id, r.made_at, e.slug, convert_from(r.body, 'UTF8')::json -> 'account' AS account
    FROM event_reports r JOIN events e ON e.id = r.event_id
    WHERE r.is_final AND convert_from(r.body, 'UTF8')::json -> 'account' IS NOT NULL
      AND json_typeof(convert_from(r.body, 'UTF8')::json -> 'account') = 'object'
), groups AS (
    SELECT f.event_id, f.slug, f.made_at, g.grouping, g.lines_g, g.total_g
    FROM finals f CROSS JOIN LATERAL (
        SELECT each ->> 'group' AS grouping, (each ->> 'lines_g')::bigint AS lines_g,
               (each ->> 'total_g')::bigint AS total_g
        FROM json_array_elements(f.account -> 'groups') AS each
    ) g
)
SELECT 'line ' || id AS what, ceil(quantity * unit_g)::text AS expected, emission_g::text AS found
FROM inventory_lines WHERE emission_g <> ceil(quantity * unit_g)
UNION ALL
SELECT 'line ' || supersedes, 'superseded once', count(*)::text
FROM inventory_lines WHERE supersedes IS NOT NULL GROUP BY event_id, supersedes HAVING count(*) > 1
UNION ALL
SELECT 'line ' || l.id, 'a line of its phase and source', coalesce(b.phase || ' ' || b.source, 'none')
FROM inventory_lines l LEFT JOIN inventory_lines b ON b.event_id = l.event_id AND b.id = l.supersedes
WHERE l.supersedes IS NOT NULL AND (b.id IS NULL OR (b.phase, b.source) <> (l.phase, l.source))
UNION ALL
SELECT 'account of ' || g.slug || ', ' || g.grouping, coalesce(l.grams, 0)::text, g.lines_g::text
FROM groups g LEFT JOIN LATERAL (
    SELECT sum(l.emission_g) AS grams FROM inventory_lines l
    WHERE l.event_id = g.event_id AND l.grouping = g.grouping AND l.phase = 'actual' AND l.created_at <= g.made_at
      AND NOT EXISTS (SELECT FROM inventory_lines n WHERE n.event_id = l.event_id AND n.supersedes = l.id
                      AND n.created_at <= g.made_at)
) l ON true
WHERE coalesce(l.grams, 0) <> g.lines_g
UNION ALL
SELECT 'account of ' || f.slug, 'the sum of its groups', f.account ->> 'estimate_g'
FROM finals f
WHERE (f.account ->> 'estimate_g')::bigint <> (SELECT sum(g.total_g) FROM groups g WHERE g.event_id = f.event_id)
UNION ALL
SELECT 'account of ' || f.slug || ', people who scanned', a.people::text, f.account -> 'people' ->> 'scanned'
FROM finals f CROSS JOIN LATERAL (
    SELECT count(*) AS people FROM attendances a WHERE a.event_id = f.event_id AND a.joined_at <= f.made_at
) a
WHERE a.people <> (f.account -> 'people' ->> 'scanned')::bigint
UNION ALL
SELECT 'account of ' || f.slug || ', retired', coalesce(p.grams, 0)::text, f.account ->> 'retired_g'
FROM finals f LEFT JOIN LATERAL (
    SELECT sum(p.serial_to - p.serial_from + 1) AS grams FROM pools p
    WHERE p.event_id = f.event_id AND p.created_at <= f.made_at
) p ON true
WHERE coalesce(p.grams, 0) < (f.account ->> 'retired_g')::bigint
