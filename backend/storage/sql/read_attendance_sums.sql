-- read_attendance_sums: a citizen's balance, attendances, footprints and offsets.
-- $1 citizen_id uuid
SELECT (SELECT balance FROM accounts WHERE id = $1) AS balance,
       count(*) AS attendances,
       coalesce(sum(f.total_g), 0)::bigint AS footprint_g,
       coalesce(sum(o.grams), 0)::bigint AS offset_g
FROM attendances a
JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
LEFT JOIN offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
WHERE a.citizen_id = $1
