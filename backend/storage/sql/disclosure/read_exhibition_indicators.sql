-- read_exhibition_indicators: [read] conferences, forums and exhibitions, one by one.
WITH counted AS (
    SELECT event_id, sum(joined)::bigint AS people, sum(footprint_g)::bigint AS footprint_g, sum(grams)::bigint AS offset_g
    FROM tallies GROUP BY event_id
), acted AS (
    SELECT a.event_id, count(*) AS actions, coalesce(sum(a.reduction_g) FILTER (WHERE a.tier <> 'E5'), 0)::bigint AS reduction_g,
           coalesce(sum(a.reduction_g) FILTER (WHERE a.tier = 'E5'), 0)::bigint AS self_declared_g
    FROM actions a LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
    WHERE a.event_id IS NOT NULL AND a.state = 'posted' AND r.id IS NULL GROUP BY a.event_id
), pooled AS (
    SELECT p.event_id, sum(p.serial_to - p.serial_from + 1)::bigint AS retired_g
    FROM pools p JOIN credit_batches c ON c.id = p.batch_id AND c.status = 'retired' GROUP BY p.event_id
)
SELECT e.slug, e.kind, e.city, e.state, e.is_demonstration, coalesce(c.people, 0) AS people,
       coalesce(c.footprint_g, 0) AS footprint_g, coalesce(p.retired_g, 0) AS retired_g, coalesce(c.offset_g, 0) AS offset_g,
       coalesce(a.actions, 0) AS actions, coalesce(a.reduction_g, 0) AS reduction_g,
       coalesce(a.self_declared_g, 0) AS self_declared_g
FROM events e LEFT JOIN counted c ON c.event_id = e.id LEFT JOIN acted a ON a.event_id = e.id
LEFT JOIN pooled p ON p.event_id = e.id
WHERE e.kind IN ('conference', 'forum', 'exhibition') AND e.state NOT IN ('draft', 'submitted', 'rejected')
ORDER BY e.slug
