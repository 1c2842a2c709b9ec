-- load_expiries: [read] which of these expiries were booked before.
-- $1 citizen_id uuid[]  $2 source_id uuid[]
SELECT t.citizen_id, t.source_id
FROM unnest($1::uuid[], $2::uuid[]) AS asked (citizen_id, source_id)
JOIN transfers t ON t.citizen_id = asked.citizen_id AND t.source_id = asked.source_id AND t.reason = 'expiry'
