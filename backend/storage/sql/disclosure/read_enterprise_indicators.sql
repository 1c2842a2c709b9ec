-- read_enterprise_indicators: [read] enterprises and institutions with the events that they host.
WITH counted AS (
    SELECT event_id, sum(joined)::bigint AS people, sum(footprint_g)::bigint AS footprint_g, sum(grams)::bigint AS offset_g
    FROM tallies GROUP BY event_id
), pooled AS (
    SELECT p.event_id, sum(p.serial_to - p.serial_from + 1)::bigint AS retired_g
    FROM pools p JOIN credit_batches c ON c.id = p.batch_id AND c.status = 'retired' GROUP BY p.event_id
)
SELECT o.code, o.name_zh, o.name_en, o.state, count(e.id) AS events, count(e.id) FILTER (WHERE e.state = 'closed') AS closed,
       coalesce(sum(c.people), 0)::bigint AS people, coalesce(sum(c.footprint_g), 0)::bigint AS footprint_g,
       coalesce(sum(p.retired_g), 0)::bigint AS retired_g, coalesce(sum(c.offset_g), 0)::bigint AS offset_g
FROM organisations o
LEFT JOIN event_organisations x ON x.organisation_id = o.id AND x.part = 'host' AND x.removed_at IS NULL
LEFT JOIN events e ON e.id = x.event_id AND e.state NOT IN ('draft', 'submitted', 'rejected')
LEFT JOIN counted c ON c.event_id = e.id LEFT JOIN pooled p ON p.event_id = e.id
WHERE o.kinds && ARRAY['enterprise', 'public_institution', 'association', 'event_organiser', 'merchant']
  AND o.state IN ('active', 'suspended', 'closed')
GROUP BY o.id ORDER BY o.code
