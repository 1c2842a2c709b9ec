-- store_actions: [write] store actions of a batch, what partners' items were answered, and what months of methods gain.
-- $1 … $24 actions  $25 … $31 partner_items  $32 … $38 action_sums
-- Empty arrays where there is nothing. Raises partner_items_once (23505) when another process was first.
WITH items_answered AS (
    INSERT INTO partner_items (partner_id, external_id, digest, citizen_id, status, answer, created_at)
    SELECT * FROM unnest($25::uuid[], $26::text[], $27::bytea[], $28::uuid[], $29::smallint[], $30::bytea[],
                         $31::timestamptz[])
                  AS new (partner_id, external_id, digest, citizen_id, status, answer, created_at)
), sums_changed AS (
    INSERT INTO action_sums AS s (citizen_id, month, method, is_verified, actions, reduction_g, points)
    SELECT * FROM unnest($32::uuid[], $33::date[], $34::text[], $35::boolean[], $36::bigint[], $37::bigint[],
                         $38::bigint[])
                  AS new (citizen_id, month, method, is_verified, actions, reduction_g, points)
    ON CONFLICT (citizen_id, month, method, is_verified) DO UPDATE SET
        actions = s.actions + excluded.actions,
        reduction_g = s.reduction_g + excluded.reduction_g,
        points = s.points + excluded.points
)
INSERT INTO actions (citizen_id, id, method, method_version, factor_set, quantity, credited_quantity, parameters,
                     tier, occurred_at, day, reduction_g, points, state, capped_by, event_id, gate, created_at,
                     ended_at, scene_id, scene_kind, partner_id, point_rule, reductions)
SELECT citizen_id, id, method, method_version, factor_set, quantity, credited_quantity, parameters::jsonb,
       tier, occurred_at, day, reduction_g, points, state, capped_by, event_id, gate, created_at,
       ended_at, scene_id, scene_kind, partner_id, point_rule, reductions::jsonb
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::numeric[], $8::text[],
            $9::text[], $10::timestamptz[], $11::date[], $12::bigint[], $13::int[], $14::text[], $15::text[],
            $16::uuid[], $17::smallint[], $18::timestamptz[], $19::timestamptz[], $20::uuid[], $21::text[],
            $22::uuid[], $23::text[], $24::text[])
     AS new (citizen_id, id, method, method_version, factor_set, quantity, credited_quantity, parameters,
             tier, occurred_at, day, reduction_g, points, state, capped_by, event_id, gate, created_at,
             ended_at, scene_id, scene_kind, partner_id, point_rule, reductions)
