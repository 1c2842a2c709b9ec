-- read_report_attendances: [read] a citizen's attendances within days of Asia/Shanghai, with footprints and offsets.
-- $1 citizen_id uuid  $2 from_day date  $3 to_day date (not included)
SELECT count(*) AS attendances, coalesce(sum(f.total_g), 0)::bigint AS footprint_g,
       coalesce(sum(o.grams), 0)::bigint AS offset_g
FROM current_attendances a
JOIN events v ON v.id = a.event_id AND v.template IS DISTINCT FROM 'personal_life'
JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
LEFT JOIN current_offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
WHERE a.citizen_id = $1 AND a.joined_at >= $2::date::timestamp AT TIME ZONE 'Asia/Shanghai'
    AND a.joined_at < $3::date::timestamp AT TIME ZONE 'Asia/Shanghai'
