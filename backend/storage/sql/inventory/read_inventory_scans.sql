-- read_inventory_scans: [read] an event's attendees by the category of their badge and the day on which it first came in
-- at a gate, else that on which they joined, with the sums over the footprints that they have now, and the grams of each
-- source; sources in $3 are left out of all of them.
-- $1 event_id uuid  $2 as_of timestamptz  $3 left_out text[]
WITH came AS (
    SELECT coalesce(b.first_serial, s.badge_serial) AS chain,
           min((s.scanned_at AT TIME ZONE 'Asia/Shanghai')::date) AS day
    FROM gate_scans s LEFT JOIN badges b ON b.event_id = s.event_id AND b.serial = s.badge_serial
    WHERE s.event_id = $1 AND s.is_admitted AND s.direction = 'entry' AND s.received_at <= $2
      AND (s.annulled_at IS NULL OR s.annulled_at > $2)
    GROUP BY 1
), joined AS (
    SELECT a.footprint_digest AS digest, coalesce(b.category, 'none') AS category,
           coalesce(c.day, (a.joined_at AT TIME ZONE 'Asia/Shanghai')::date) AS day, count(*) AS people
    FROM current_attendances a LEFT JOIN badges b ON b.event_id = a.event_id AND b.serial = a.badge_serial
    LEFT JOIN came c ON c.chain = coalesce(b.first_serial, a.badge_serial)
    WHERE a.event_id = $1 AND a.joined_at <= $2
    GROUP BY 1, 2, 3
), used AS (
    SELECT DISTINCT digest FROM joined
), lines AS MATERIALIZED (
    SELECT f.digest, f.basis, line.source, sum(line.emission_g) AS grams
    FROM used JOIN footprints f ON f.event_id = $1 AND f.digest = used.digest
    CROSS JOIN LATERAL json_to_recordset(
        -- Where the journey is not kept, the sums that are.
        coalesce(convert_from(f.body, 'UTF8')::json -> 'categories', convert_from(f.body, 'UTF8')::json -> 'lines'))
        AS line (source text, emission_g bigint)
    WHERE NOT line.source = ANY ($3::text[])
    GROUP BY 1, 2, 3
), totals AS (
    SELECT digest, min(basis) AS basis, sum(grams) AS grams FROM lines GROUP BY 1
), sources AS (
    SELECT category, day, jsonb_object_agg(source, grams) AS by_source FROM (
        SELECT j.category, j.day, l.source, sum(j.people * l.grams)::bigint AS grams
        FROM joined j JOIN lines l ON l.digest = j.digest GROUP BY 1, 2, 3
    ) each GROUP BY 1, 2
)
SELECT j.category, j.day, sum(j.people)::bigint AS people,
       coalesce(sum(j.people * t.grams), 0)::bigint AS sum_g,
       coalesce(sum(j.people * t.grams * t.grams), 0)::numeric AS square_g2,
       coalesce(sum(j.people * t.grams) FILTER (WHERE t.basis = 'default'), 0)::bigint AS default_g,
       coalesce(sum(j.people * t.grams) FILTER (WHERE t.basis = 'partial'), 0)::bigint AS partial_g,
       coalesce((SELECT s.by_source FROM sources s WHERE s.category = j.category AND s.day = j.day), '{}') AS by_source
FROM joined j LEFT JOIN totals t ON t.digest = j.digest
GROUP BY j.category, j.day
