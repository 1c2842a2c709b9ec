-- count_minors: [read] a year of minors' data by band of age: how much there was, and how many people are behind it.
-- $1 first instant of the year timestamptz  $2 the instant after it timestamptz  $3 the last month of birth of those
-- who are no children date  $4 the last month of birth of adults date
WITH minors AS MATERIALIZED (
    SELECT id, CASE WHEN born_month > $3 THEN 'child' ELSE 'youth' END AS band FROM citizens WHERE born_month > $4
)
SELECT 'accounts' AS figure,
       CASE WHEN c.born_month IS NULL THEN 'untold' WHEN c.born_month > $3 THEN 'child'
            WHEN c.born_month > $4 THEN 'youth' ELSE 'adult' END AS band,
       count(*) AS counted, count(*) AS people
FROM citizens c JOIN accounts a ON a.id = c.id AND a.erased_at IS NULL
WHERE c.created_at < $2 AND a.guest_event_id IS NULL
    AND NOT EXISTS (SELECT FROM companions m WHERE m.companion_id = c.id)
GROUP BY 2
UNION ALL
SELECT CASE decision WHEN 'given' THEN 'consents_given' WHEN 'withdrawn' THEN 'consents_withdrawn'
       ELSE 'consents_ended' END, 'child', count(*), count(DISTINCT citizen_id)
FROM guardian_consents WHERE decided_at >= $1 AND decided_at < $2 GROUP BY decision
UNION ALL
SELECT 'actions', m.band, count(*), count(DISTINCT m.id)
FROM minors m JOIN actions a ON a.citizen_id = m.id AND a.created_at >= $1 AND a.created_at < $2 GROUP BY m.band
UNION ALL
SELECT 'points', m.band, sum(t.points), count(DISTINCT m.id)
FROM minors m JOIN transfers t ON t.citizen_id = m.id AND t.credit_account = m.id
    AND t.debit_account = '00000000-0000-7000-8000-000000000001' AND t.created_at >= $1 AND t.created_at < $2
GROUP BY m.band
UNION ALL
SELECT 'reviews', m.band, count(*), count(DISTINCT m.id)
FROM minors m JOIN reviews r ON r.citizen_id = m.id AND r.created_at >= $1 AND r.created_at < $2 GROUP BY m.band
UNION ALL
SELECT 'photos', m.band, count(*), count(DISTINCT m.id)
FROM minors m JOIN photos p ON p.citizen_id = m.id AND p.created_at >= $1 AND p.created_at < $2 GROUP BY m.band
UNION ALL
SELECT 'complaints', m.band, count(*), count(DISTINCT m.id)
FROM minors m JOIN complaints o ON o.citizen_id = m.id AND o.received_at >= $1 AND o.received_at < $2 GROUP BY m.band
UNION ALL
SELECT 'erasures', age_band, count(*), count(*)
FROM erasures WHERE at >= $1 AND at < $2 AND age_band IN ('child', 'youth') GROUP BY age_band
