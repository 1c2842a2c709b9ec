-- load_account_move: [read] what speaks for and against moving one account into another: whether it was moved before,
-- whether the session that was shown is open, was begun within half an hour and by a holder's link, ages, guardians, how many accounts were
-- merged into either.
-- $1 citizen_id uuid  $2 other_id uuid  $3 session_id uuid (the other account's)
SELECT m.citizen_id AS moved_to, m.answer,
       EXISTS (SELECT FROM sessions s WHERE s.id = $3 AND s.principal_id = $2 AND s.revoked_at IS NULL) AS is_open,
       EXISTS (
           SELECT FROM sessions s WHERE s.id = $3 AND s.created_at > clock_timestamp() - interval '30 minutes'
       ) AS is_fresh,
       EXISTS (SELECT FROM sessions s WHERE s.id = $3 AND s.is_by_link) AS is_by_link,
       (SELECT born_month FROM citizens WHERE id = $1) AS born_month,
       (SELECT born_month FROM citizens WHERE id = $2) AS other_born_month,
       (SELECT count(*) FROM actions WHERE citizen_id = $2)::int AS actions,
       (SELECT count(*) FROM merged_accounts r JOIN account_moves v ON v.other_id = r.other_id AND v.kind = 'merge'
        WHERE r.citizen_id IN ($1, $2))::int AS merges,
       EXISTS (
           SELECT FROM (
               SELECT DISTINCT ON (citizen_id, guardian_id) citizen_id, guardian_id, decision FROM guardian_consents
               WHERE guardian_id = $2 ORDER BY citizen_id, guardian_id, revision DESC
           ) g WHERE g.decision = 'given'
       ) AS is_guardian
FROM (SELECT 1) one LEFT JOIN account_moves m ON m.other_id = $2
