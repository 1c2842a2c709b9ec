-- audit_rewards: [read] stock, points, vouchers and codes of redemptions against each other. A reward gives out what
-- its stock lost; a redemption costs what was taken for it, and one that was cancelled gave exactly that back, lot by
-- lot; a coupon code is given once.
WITH live AS (
    SELECT d.reward_id, count(*) AS pieces
    FROM redemptions d
    LEFT JOIN vouchers v ON v.citizen_id = d.citizen_id AND v.redemption_id = d.id
    WHERE v.state IS DISTINCT FROM 'cancelled'
    GROUP BY d.reward_id
), moved AS (
    SELECT coalesce(m.citizen_id, t.citizen_id) AS citizen_id, source_id, expires_on,
           coalesce(sum(points) FILTER (WHERE reason = 'redemption'), 0) AS taken,
           coalesce(sum(points) FILTER (WHERE reason = 'cancellation'), 0) AS returned
    FROM transfers t LEFT JOIN merged_accounts m ON m.other_id = t.citizen_id
    WHERE reason IN ('redemption', 'cancellation')
    GROUP BY 1, 2, 3
), paid AS (
    SELECT citizen_id, source_id, sum(taken) AS taken FROM moved GROUP BY citizen_id, source_id
)
SELECT 'stock of ' || r.slug AS what, (r.stock - r.stock_left)::text AS expected, coalesce(l.pieces, 0)::text AS found
FROM rewards r LEFT JOIN live l ON l.reward_id = r.id
WHERE r.stock IS NOT NULL AND r.stock - r.stock_left <> coalesce(l.pieces, 0)
UNION ALL
SELECT 'redemption of nothing ' || d.id, 'a reward', 'none'
FROM redemptions d LEFT JOIN rewards r ON r.id = d.reward_id WHERE r.id IS NULL
UNION ALL
SELECT 'points of redemption ' || coalesce(d.id, p.source_id), d.points::text, p.taken::text
FROM redemptions d
FULL JOIN paid p ON p.citizen_id = d.citizen_id AND p.source_id = d.id
WHERE d.points IS DISTINCT FROM p.taken
UNION ALL
SELECT 'points returned of ' || m.source_id,
       CASE WHEN v.state = 'cancelled' THEN m.taken ELSE 0 END::text, m.returned::text
FROM moved m
LEFT JOIN vouchers v ON v.citizen_id = m.citizen_id AND v.redemption_id = m.source_id
WHERE m.returned <> CASE WHEN v.state = 'cancelled' THEN m.taken ELSE 0 END
UNION ALL
SELECT 'voucher of redemption ' || coalesce(d.id, v.redemption_id), d.voucher_code, v.code
FROM (SELECT * FROM redemptions WHERE voucher_code IS NOT NULL) d
FULL JOIN vouchers v ON v.citizen_id = d.citizen_id AND v.redemption_id = d.id
WHERE d.voucher_code IS DISTINCT FROM v.code OR d.reward_id IS DISTINCT FROM v.reward_id
UNION ALL
SELECT 'verification of ' || coalesce(v.redemption_id, k.redemption_id), v.used_by::text, k.device_id::text
FROM (SELECT * FROM vouchers WHERE state = 'used') v
FULL JOIN verifications k ON k.citizen_id = v.citizen_id AND k.redemption_id = v.redemption_id
WHERE v.used_by IS DISTINCT FROM k.device_id
UNION ALL
SELECT 'coupon code of redemption ' || coalesce(d.id, c.redemption_id), d.coupon_code, c.code
FROM (SELECT * FROM redemptions WHERE coupon_code IS NOT NULL) d
FULL JOIN (SELECT * FROM reward_codes WHERE redemption_id IS NOT NULL) c
    ON c.reward_id = d.reward_id AND c.redemption_id = d.id
WHERE d.coupon_code IS DISTINCT FROM c.code
UNION ALL
SELECT 'coupon code given twice of ' || r.slug, '1', count(*)::text
FROM redemptions d JOIN rewards r ON r.id = d.reward_id WHERE d.coupon_code IS NOT NULL
GROUP BY r.slug, d.coupon_code HAVING count(*) > 1
UNION ALL
SELECT 'codes of ' || r.slug, r.stock::text, count(c.position)::text
FROM rewards r LEFT JOIN reward_codes c ON c.reward_id = r.id
WHERE r.has_codes GROUP BY r.id HAVING r.stock <> count(c.position)
