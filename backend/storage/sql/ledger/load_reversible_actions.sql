-- load_reversible_actions: [read] actions with what became of them: the lot of their points and who paid
-- for them, a reversal, a claim.
-- $1 citizen_id uuid[]  $2 action_id uuid[]
SELECT a.citizen_id, a.id, a.method, a.day, a.tier, a.tier <> 'E5' AS is_verified, a.reduction_g, a.points,
       t.expires_on AS lot, t.budget_id, c.claim_state, r.id AS reversal_id, r.points AS points_taken, r.points_short,
       r.created_at AS reversed_at
FROM unnest($1::uuid[], $2::uuid[]) AS asked (citizen_id, action_id)
JOIN actions a ON a.citizen_id = asked.citizen_id AND a.id = asked.action_id
-- A moved action's transfer stays with the account that it was booked in.
LEFT JOIN LATERAL (
    SELECT m.expires_on, m.budget_id
    FROM (SELECT a.citizen_id AS id UNION ALL SELECT g.other_id FROM merged_accounts g WHERE g.citizen_id = a.citizen_id) o
    JOIN transfers m ON m.citizen_id = o.id AND m.source_id = a.id AND m.reason = 'action'
) t ON true
LEFT JOIN claims c ON c.citizen_id = a.citizen_id AND c.action_id = a.id
LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
