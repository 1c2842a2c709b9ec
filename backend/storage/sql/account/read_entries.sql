-- read_entries: [read] movements of a citizen's points with what is behind them, newest first.
-- $1 citizen_id uuid  $2 before uuid  $3 limit int  $4 reason text (null: any)  $5 source_id uuid (null: any)
-- $6 from_at timestamptz  $7 to_at timestamptz (not included)
SELECT t.id, t.created_at, t.expires_on, t.balance_after, t.reason, t.source_id, a.method, e.name_zh, e.name_en,
       w.id AS reward_id, w.slug AS reward_slug, w.name_zh AS reward_zh, w.name_en AS reward_en,
       CASE WHEN t.credit_account = t.citizen_id THEN t.points ELSE -t.points END AS points
FROM (
    SELECT * FROM transfers
    WHERE citizen_id = $1 AND id < $2 AND created_at >= $6 AND created_at < $7
        AND ($4::text IS NULL OR reason = $4) AND ($5::uuid IS NULL OR source_id = $5)
    ORDER BY id DESC LIMIT $3
) AS t
LEFT JOIN actions a ON t.reason IN ('action', 'reversal') AND a.citizen_id = t.citizen_id AND a.id = t.source_id
LEFT JOIN attendances d ON t.reason = 'event_join' AND d.citizen_id = t.citizen_id AND d.id = t.source_id
LEFT JOIN offset_payments y ON t.reason IN ('offset', 'offset_refund') AND y.citizen_id = t.citizen_id
    AND y.id = t.source_id
LEFT JOIN redemptions r ON t.reason IN ('redemption', 'cancellation') AND r.citizen_id = t.citizen_id
    AND r.id = t.source_id
LEFT JOIN rewards w ON w.id = r.reward_id
LEFT JOIN events e ON e.id = coalesce(d.event_id, y.event_id)
ORDER BY t.id DESC
