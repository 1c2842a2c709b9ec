-- read_rewards: [read] rewards with their merchants, newest first, and how many of each a citizen has redeemed.
-- $1 slug text (null: all)  $2 citizen_id uuid (null: nobody's)  $3 closed ones and past ones too bool
-- $4 before id uuid (null: from the newest)  $5 limit int
-- $6 small words, each part of the slug or of a name text[] (null: any)
SELECT r.id, r.slug, r.kind, r.name_zh, r.name_en, r.about_zh, r.about_en, r.cost_points, r.stock, r.stock_left,
       r.per_person_max, r.opens_at, r.closes_at, r.voucher_days, r.has_codes, r.revision,
       r.is_open AND coalesce(m.is_open, true) AS is_open, m.name_zh AS merchant_zh, m.name_en AS merchant_en,
       mine.redeemed
FROM rewards r
LEFT JOIN merchants m ON m.id = r.merchant_id
LEFT JOIN LATERAL (
    SELECT count(*) AS redeemed FROM redemptions d
    LEFT JOIN vouchers v ON v.citizen_id = d.citizen_id AND v.redemption_id = d.id
    WHERE d.citizen_id = $2 AND d.reward_id = r.id AND v.state IS DISTINCT FROM 'cancelled'
) mine ON $2::uuid IS NOT NULL AND r.per_person_max IS NOT NULL
WHERE ($1::text IS NULL OR r.slug = $1)
  AND ($3::boolean OR r.is_open AND coalesce(m.is_open, true)
       AND ($1::text IS NOT NULL OR r.closes_at IS NULL OR r.closes_at > now()))
  AND ($4::uuid IS NULL OR r.id < $4)
  AND ($6::text[] IS NULL OR (
      SELECT bool_and(strpos(lower(concat_ws(' ', r.slug, r.name_zh, r.name_en, m.name_zh, m.name_en)), word) > 0)
      FROM unnest($6) AS word))
ORDER BY r.id DESC LIMIT $5
