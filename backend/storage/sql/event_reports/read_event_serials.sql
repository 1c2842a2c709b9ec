-- read_event_serials: [read] the serials that people of an event hold, and those they gave up, runs without a gap as
-- one row.
-- $1 event_id uuid
WITH given AS (
    SELECT batch_id, range_agg(int8range(serial_from, serial_to, '[]')) AS serials
    FROM allocations WHERE event_id = $1 GROUP BY batch_id
), released AS (
    SELECT batch_id, range_agg(int8range(serial_from, serial_to, '[]')) AS serials
    FROM offset_releases WHERE event_id = $1 GROUP BY batch_id
), runs AS (
    SELECT g.batch_id, true AS is_held, unnest(g.serials - coalesce(r.serials, '{}'::int8multirange)) AS run
    FROM given g LEFT JOIN released r ON r.batch_id = g.batch_id
    UNION ALL
    SELECT batch_id, false, unnest(serials) FROM released
)
SELECT r.is_held, r.batch_id, lower(r.run) AS serial_from, upper(r.run) - 1 AS serial_to,
       upper(r.run) - lower(r.run) AS grams, c.product, c.project_name, c.vintage, c.retirement_ref, c.retired_on
FROM runs r JOIN credit_batches c ON c.id = r.batch_id
ORDER BY c.product, r.batch_id, r.run
