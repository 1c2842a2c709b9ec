-- detect_false_serials: [read] developers, and where none is named accounts under a digest, whose retirements or serials
-- the register refused again and again because they stand there already.
-- $1 since timestamptz  $2 refusals_min int
SELECT coalesce('developer:' || o.code, 'entries:' || left(md5(r.staff_id::text), 12)) AS subject,
       o.id AS organisation_id,
       jsonb_build_object('refusals', count(*), 'codes', jsonb_agg(DISTINCT r.code)) AS facts
FROM serial_refusals r LEFT JOIN organisations o ON o.id = r.developer_id
WHERE r.at >= $1
GROUP BY 1, 2 HAVING count(*) >= $2::int
ORDER BY subject
