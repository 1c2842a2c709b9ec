-- read_my_actions: [read] a citizen's actions, and those that a person has yet to approve or has rejected, newest
-- first.
-- $1 citizen_id uuid  $2 before uuid  $3 limit int  $4 state text (null: any)  $5 method text (null: any)
-- $6 from_day date  $7 to_day date (both included)
WITH booked AS (
    SELECT a.id, a.method, a.method_version, a.factor_set, a.quantity, a.credited_quantity, a.tier, a.occurred_at,
           a.ended_at, a.day, a.reduction_g, a.points,
           CASE WHEN r.action_id IS NULL THEN a.state ELSE 'reversed' END AS state, a.capped_by,
           coalesce(c.claim_state, 'personal') AS claim_state, a.scene_kind, a.created_at, r.reason AS said,
           NULL::text AS why, NULL::timestamptz AS expected_by, a.reductions::text AS reductions
    FROM actions a
    LEFT JOIN reversals r ON r.citizen_id = a.citizen_id AND r.action_id = a.id
    LEFT JOIN claims c ON c.citizen_id = a.citizen_id AND c.action_id = a.id
    WHERE a.citizen_id = $1 AND a.id < $2 AND a.day BETWEEN $6 AND $7 AND ($5::text IS NULL OR a.method = $5)
        AND ($4::text IS NULL OR $4 = CASE WHEN r.action_id IS NULL THEN a.state ELSE 'reversed' END)
    ORDER BY a.id DESC LIMIT $3
), waiting AS (
    SELECT id, method, NULL::text AS method_version, NULL::text AS factor_set, quantity,
           0::numeric AS credited_quantity, tier, occurred_at, ended_at, day, 0::bigint AS reduction_g, 0 AS points,
           CASE state WHEN 'rejected' THEN 'rejected' ELSE 'pending' END AS state, NULL::text AS capped_by,
           NULL::text AS claim_state, scene_kind, created_at, reason AS said, why,
           CASE state WHEN 'rejected' THEN NULL ELSE expected_by END AS expected_by, NULL::text AS reductions
    FROM reviews
    WHERE citizen_id = $1 AND id < $2 AND booked_at IS NULL AND day BETWEEN $6 AND $7
        AND ($5::text IS NULL OR method = $5)
        AND ($4::text IS NULL OR $4 = CASE state WHEN 'rejected' THEN 'rejected' ELSE 'pending' END)
    ORDER BY id DESC LIMIT $3
)
SELECT * FROM booked UNION ALL SELECT * FROM waiting ORDER BY id DESC LIMIT $3
