-- read_voucher: [read] a voucher of a merchant with its reward, and the key under which a device verified it.
-- $1 code text  $2 merchant_id uuid
SELECT v.state, v.created_at, v.expires_at, v.used_at, v.used_by, k.key AS used_key, r.slug, r.kind, r.name_zh,
       r.name_en
FROM vouchers v
JOIN rewards r ON r.id = v.reward_id
LEFT JOIN verifications k ON k.citizen_id = v.citizen_id AND k.redemption_id = v.redemption_id
WHERE v.code = $1 AND v.merchant_id = $2
