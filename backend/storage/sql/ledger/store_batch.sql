-- store_batch: everything that a batch writes, in one statement: each round trip less is a shorter time in which the
-- other processes wait for the pool. Parameters are the columns of each table's rows, as the comments at
-- backend/ledger/state.py name them; empty arrays where there is nothing. PostgreSQL runs the last INSERT first and
-- the others in their order, so every batch takes its rows in one order: tallies, …, the system's accounts.
-- $1 $2 $3 $4 $5 $6 $7 footprints  $8 $9 $10 $11 $12 $13 $14 $15 $16 attendances
-- $17 $18 $19 $20 $21 $22 $23 $24 $25 offsets  $26 $27 $28 $29 $30 $31 $32 $33 allocations
-- $34 … $57 actions  $58 … $67 transfers  $68 $69 $70 $71 $72 $73 answers
-- $74 $75 $76 pools  $77 $78 balances  $79 … $88 tallies  $89 $90 the system's accounts and what they gain
-- $91 $92 $93 lots that gain  $94 … $100 sums by month  $101 … $107 partners' items
-- Raises by constraint: attendances_once_per_citizen and attendances_once_per_badge (23505) when another process was
-- first (the batch is then decided again), offsets_once_per_attendance, allocations_serial_once,
-- transfers_once_per_source, idempotency_keys_once_per_citizen (23505), pools_never_overdrawn,
-- accounts_citizen_not_negative (23514).
-- Returns the cells of the live picture as they are now.
WITH footprints_kept AS (
    -- Another process may have stored the same one: that is the same row.
    INSERT INTO footprints (event_id, digest, total_g, basis, factor_set, journey, body)
    SELECT event_id, digest, total_g, basis, factor_set, journey::jsonb, body
    FROM unnest($1::uuid[], $2::bytea[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::bytea[])
         AS new (event_id, digest, total_g, basis, factor_set, journey, body)
    ORDER BY event_id, digest
    ON CONFLICT (event_id, digest) DO NOTHING
), attendances_made AS (
    -- In badge order, so that two batches that share badges meet them in one order.
    INSERT INTO attendances (event_id, citizen_id, id, badge_serial, gate, footprint_digest, offset_status, points,
                             joined_at)
    SELECT * FROM unnest($8::uuid[], $9::uuid[], $10::uuid[], $11::int[], $12::smallint[], $13::bytea[], $14::text[],
                         $15::int[], $16::timestamptz[])
                  AS new (event_id, citizen_id, id, badge_serial, gate, footprint_digest, offset_status, points,
                          joined_at)
    ORDER BY event_id, badge_serial, citizen_id
), offsets_made AS (
    INSERT INTO offsets (event_id, citizen_id, id, footprint_digest, grams, kind, pay_with, certificate_number,
                         issued_at)
    SELECT * FROM unnest($17::uuid[], $18::uuid[], $19::uuid[], $20::bytea[], $21::bigint[], $22::text[],
                         $23::text[], $24::text[], $25::timestamptz[])
), allocations_made AS (
    INSERT INTO allocations (event_id, batch_id, serial_from, serial_to, grams, offset_id, position, created_at)
    SELECT * FROM unnest($26::uuid[], $27::uuid[], $28::bigint[], $29::bigint[], $30::bigint[], $31::uuid[],
                         $32::smallint[], $33::timestamptz[])
), actions_made AS (
    INSERT INTO actions (citizen_id, id, method, method_version, factor_set, quantity, credited_quantity, parameters,
                         tier, occurred_at, day, reduction_g, points, state, capped_by, event_id, gate, created_at,
                         ended_at, scene_id, scene_kind, partner_id, point_rule, reductions)
    SELECT citizen_id, id, method, method_version, factor_set, quantity, credited_quantity, parameters::jsonb,
           tier, occurred_at, day, reduction_g, points, state, capped_by, event_id, gate, created_at,
           ended_at, scene_id, scene_kind, partner_id, point_rule, reductions::jsonb
    FROM unnest($34::uuid[], $35::uuid[], $36::text[], $37::text[], $38::text[], $39::numeric[], $40::numeric[],
                $41::text[], $42::text[], $43::timestamptz[], $44::date[], $45::bigint[], $46::int[], $47::text[],
                $48::text[], $49::uuid[], $50::smallint[], $51::timestamptz[], $52::timestamptz[], $53::uuid[],
                $54::text[], $55::uuid[], $56::text[], $57::text[])
         AS new (citizen_id, id, method, method_version, factor_set, quantity, credited_quantity, parameters,
                 tier, occurred_at, day, reduction_g, points, state, capped_by, event_id, gate, created_at,
                 ended_at, scene_id, scene_kind, partner_id, point_rule, reductions)
), transfers_made AS (
    INSERT INTO transfers (citizen_id, id, debit_account, credit_account, points, reason, source_id, balance_after,
                           created_at, expires_on)
    SELECT * FROM unnest($58::uuid[], $59::uuid[], $60::uuid[], $61::uuid[], $62::bigint[], $63::text[],
                         $64::uuid[], $65::bigint[], $66::timestamptz[], $67::date[])
), answers_kept AS (
    INSERT INTO idempotency_keys (citizen_id, key, request_digest, status, answer, created_at)
    SELECT * FROM unnest($68::uuid[], $69::text[], $70::bytea[], $71::smallint[], $72::bytea[], $73::timestamptz[])
), pools_moved AS (
    UPDATE pools p SET next_serial = new.next_serial
    FROM unnest($74::uuid[], $75::int[], $76::bigint[]) AS new (event_id, position, next_serial)
    WHERE p.event_id = new.event_id AND p.position = new.position
), balances_changed AS (
    UPDATE accounts a SET balance = new.balance
    FROM unnest($77::uuid[], $78::bigint[]) AS new (id, balance)
    WHERE a.id = new.id
), lots_gained AS (
    INSERT INTO lots AS l (citizen_id, expires_on, points)
    SELECT * FROM unnest($91::uuid[], $92::date[], $93::bigint[])
    ON CONFLICT (citizen_id, expires_on) DO UPDATE SET points = l.points + excluded.points
), sums_changed AS (
    INSERT INTO action_sums AS s (citizen_id, month, method, is_verified, actions, reduction_g, points)
    SELECT * FROM unnest($94::uuid[], $95::date[], $96::text[], $97::boolean[], $98::bigint[], $99::bigint[],
                         $100::bigint[])
    ON CONFLICT (citizen_id, month, method, is_verified) DO UPDATE SET
        actions = s.actions + excluded.actions,
        reduction_g = s.reduction_g + excluded.reduction_g,
        points = s.points + excluded.points
), items_kept AS (
    INSERT INTO partner_items (partner_id, external_id, digest, citizen_id, status, answer, created_at)
    SELECT * FROM unnest($101::uuid[], $102::text[], $103::bytea[], $104::uuid[], $105::smallint[], $106::bytea[],
                         $107::timestamptz[])
), system_moved AS (
    UPDATE accounts a SET balance = a.balance + new.points
    FROM unnest($89::uuid[], $90::bigint[]) AS new (id, points)
    WHERE a.id = new.id
)
INSERT INTO tallies AS t (event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points,
                          revision)
SELECT new.*, 1
FROM unnest($79::uuid[], $80::smallint[], $81::timestamptz[], $82::bigint[], $83::bigint[], $84::bigint[],
            $85::bigint[], $86::bigint[], $87::bigint[], $88::bigint[])
     AS new (event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points)
ORDER BY event_id, gate, minute
ON CONFLICT (event_id, gate, minute) DO UPDATE SET
    joined = t.joined + excluded.joined,
    footprints = t.footprints + excluded.footprints,
    footprint_g = t.footprint_g + excluded.footprint_g,
    offsets = t.offsets + excluded.offsets,
    grams = t.grams + excluded.grams,
    actions = t.actions + excluded.actions,
    points = t.points + excluded.points,
    revision = t.revision + 1
RETURNING event_id, gate, minute, joined, footprints, footprint_g, offsets, grams, actions, points, revision
