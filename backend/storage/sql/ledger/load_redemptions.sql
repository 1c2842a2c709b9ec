-- load_redemptions: [read] redemptions with the lots their points came from, a row for each lot.
-- $1 citizen_id uuid[]  $2 redemption_id uuid[]
SELECT r.citizen_id, r.id, r.reward_id, r.points, t.expires_on, t.points AS lot_points
FROM unnest($1::uuid[], $2::uuid[]) AS asked (citizen_id, id)
JOIN redemptions r ON r.citizen_id = asked.citizen_id AND r.id = asked.id
-- A moved redemption's transfers stay with the account that paid.
CROSS JOIN LATERAL (
    SELECT m.expires_on, m.points
    FROM (SELECT r.citizen_id AS id UNION ALL SELECT g.other_id FROM merged_accounts g WHERE g.citizen_id = r.citizen_id) o
    JOIN transfers m ON m.citizen_id = o.id AND m.source_id = r.id AND m.reason = 'redemption'
) t
ORDER BY r.citizen_id, r.id, t.expires_on
