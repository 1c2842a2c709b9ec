-- lock_rewards: [lock] rewards by slug or by id, locked in key order: who redeems next sees what is left after this
-- batch.
-- $1 slug text[]  $2 id uuid[]
SELECT r.id, r.slug, r.merchant_id, r.kind, r.name_zh, r.name_en, r.cost_points, r.stock_left, r.per_person_max,
       r.opens_at, r.closes_at, r.voucher_days, r.has_codes, r.is_open AND coalesce(m.is_open, true) AS is_open,
       EXISTS (SELECT FROM blacklisted_organisations b WHERE b.organisation_id = m.organisation_id) AS is_suspended
FROM rewards r
LEFT JOIN merchants m ON m.id = r.merchant_id
WHERE r.id IN (SELECT id FROM rewards WHERE slug = ANY ($1::text[]) UNION SELECT unnest($2::uuid[]))
ORDER BY r.id FOR NO KEY UPDATE OF r
