-- expire_vouchers: [write] mark vouchers past their time, a bounded number; returns how many. SKIP LOCKED: one that is
-- being verified or cancelled at this moment is left for the next round.
-- $1 rows at most int
WITH past AS (
    SELECT citizen_id, redemption_id FROM vouchers
    WHERE state = 'issued' AND expires_at <= now()
    ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED
), marked AS (
    UPDATE vouchers v SET state = 'expired' FROM past
    WHERE v.citizen_id = past.citizen_id AND v.redemption_id = past.redemption_id
    RETURNING 1
)
SELECT count(*) AS expired FROM marked
