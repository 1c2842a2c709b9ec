-- read_city_indicators: [read] events by city, with their people, emissions and offsets.
WITH counted AS (
    SELECT event_id, sum(joined)::bigint AS people, sum(footprint_g)::bigint AS footprint_g, sum(grams)::bigint AS offset_g,
           sum(actions)::bigint AS actions
    FROM tallies GROUP BY event_id
), pooled AS (
    SELECT p.event_id, sum(p.serial_to - p.serial_from + 1)::bigint AS retired_g
    FROM pools p JOIN credit_batches c ON c.id = p.batch_id AND c.status = 'retired' GROUP BY p.event_id
)
SELECT e.city, count(*) AS events, count(*) FILTER (WHERE e.is_demonstration) AS demonstrations,
       coalesce(sum(c.people), 0)::bigint AS people, coalesce(sum(c.footprint_g), 0)::bigint AS footprint_g,
       coalesce(sum(p.retired_g), 0)::bigint AS retired_g, coalesce(sum(c.offset_g), 0)::bigint AS offset_g,
       coalesce(sum(c.actions), 0)::bigint AS actions
FROM events e LEFT JOIN counted c ON c.event_id = e.id LEFT JOIN pooled p ON p.event_id = e.id
WHERE e.state NOT IN ('draft', 'submitted', 'rejected')
GROUP BY e.city ORDER BY e.city
