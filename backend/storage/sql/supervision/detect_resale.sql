-- detect_resale: [read] tills that took in one day the vouchers of many accounts that had received all of their points by
-- the same acts on the same days.
-- $1 since timestamptz  $2 accounts_min int  $3 share_pct_min int
WITH taken AS (
    SELECT DISTINCT v.merchant_id, v.used_by, (v.used_at AT TIME ZONE 'Asia/Shanghai')::date AS day, v.citizen_id
    FROM vouchers v WHERE v.state = 'used' AND v.used_at >= $1
), earned AS (
    SELECT t.merchant_id, t.used_by, t.day, (
        SELECT string_agg(DISTINCT a.day || ' ' || a.method || ' ' || a.credited_quantity, ',')
        FROM actions a WHERE a.citizen_id = t.citizen_id AND a.points > 0
    ) AS pattern
    FROM taken t
), counted AS (
    SELECT merchant_id, used_by, day, pattern, count(*) AS alike,
           sum(count(*)) OVER (PARTITION BY merchant_id, used_by, day) AS accounts
    FROM earned GROUP BY merchant_id, used_by, day, pattern
)
SELECT 'till:' || m.code || ':' || c.day AS subject, m.organisation_id,
       jsonb_build_object('merchant', m.code, 'day', c.day, 'accounts', c.accounts, 'alike', c.alike) AS facts
FROM counted c JOIN merchants m ON m.id = c.merchant_id
WHERE c.pattern IS NOT NULL AND c.alike >= $2::int AND c.alike * 100 >= c.accounts * $3::int
ORDER BY subject
