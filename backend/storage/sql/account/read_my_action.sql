-- read_my_action: [read] one action of a citizen, booked or not, with its review, its reversal and its claim.
-- $1 citizen_id uuid  $2 id uuid
SELECT me.id, coalesce(a.method, w.method) AS method, a.method_version, a.factor_set,
       coalesce(a.quantity, w.quantity) AS quantity, coalesce(a.credited_quantity, 0) AS credited_quantity,
       coalesce(a.tier, w.tier) AS tier, coalesce(a.occurred_at, w.occurred_at) AS occurred_at,
       coalesce(a.ended_at, w.ended_at) AS ended_at, coalesce(a.day, w.day) AS day,
       coalesce(a.reduction_g, 0) AS reduction_g, coalesce(a.points, 0) AS points,
       CASE WHEN r.action_id IS NOT NULL THEN 'reversed' WHEN a.id IS NOT NULL THEN a.state
            WHEN w.state = 'rejected' THEN 'rejected' ELSE 'pending' END AS state,
       a.capped_by, CASE WHEN a.id IS NOT NULL THEN coalesce(c.claim_state, 'personal') END AS claim_state,
       coalesce(a.scene_kind, w.scene_kind) AS scene_kind, coalesce(w.created_at, a.created_at) AS created_at,
       CASE WHEN r.action_id IS NOT NULL THEN r.reason WHEN a.id IS NULL THEN w.reason END AS said,
       CASE WHEN a.id IS NULL THEN w.why END AS why,
       CASE WHEN a.id IS NULL AND w.state <> 'rejected' THEN w.expected_by END AS expected_by,
       a.reductions::text AS reductions, coalesce(a.parameters, w.parameters)::text AS parameters, a.point_rule,
       a.id IS NOT NULL AS is_booked, e.slug, e.name_zh AS event_zh, e.name_en AS event_en,
       s.name_zh AS scene_zh, s.name_en AS scene_en,
       w.why AS review_why, w.state AS review_state, w.created_at AS review_asked_at, w.expected_by AS review_expected_by,
       w.decided_at AS review_decided_at, w.reason AS review_reason, w.booked_at AS review_booked_at,
       r.created_at AS reversed_at, r.points AS reversed_points, r.points_short, r.reason AS reversal_reason,
       c.created_at AS claimed_at, c.grams AS claimed_g, k.slug AS cause, k.name_zh AS cause_zh, k.name_en AS cause_en
FROM (SELECT $1::uuid AS citizen_id, $2::uuid AS id) AS me
LEFT JOIN actions a ON a.citizen_id = me.citizen_id AND a.id = me.id
LEFT JOIN reviews w ON w.citizen_id = me.citizen_id AND w.id = me.id
LEFT JOIN reversals r ON r.citizen_id = me.citizen_id AND r.action_id = me.id
LEFT JOIN claims c ON c.citizen_id = me.citizen_id AND c.action_id = me.id
LEFT JOIN donations d ON d.citizen_id = me.citizen_id AND d.id = c.source_id AND c.claim_state = 'donated'
LEFT JOIN causes k ON k.id = d.cause_id
LEFT JOIN events e ON e.id = coalesce(a.event_id, w.event_id)
LEFT JOIN scenes s ON s.id = coalesce(a.scene_id, w.scene_id)
WHERE a.id IS NOT NULL OR w.id IS NOT NULL
