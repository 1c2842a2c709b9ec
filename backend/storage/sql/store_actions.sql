-- store_actions: low-carbon actions.
-- $1 citizen_id uuid[]  $2 id uuid[]  $3 method text[]  $4 method_version text[]  $5 factor_set text[]
-- $6 quantity numeric[]  $7 credited_quantity numeric[]  $8 parameters text[] (JSON)  $9 tier text[]
-- $10 occurred_at timestamptz[]  $11 day date[]  $12 reduction_g bigint[]  $13 points int[]  $14 state text[]
-- $15 capped_by text[]  $16 event_id uuid[]  $17 gate smallint[]  $18 created_at timestamptz[]
INSERT INTO actions (citizen_id, id, method, method_version, factor_set, quantity, credited_quantity, parameters,
                     tier, occurred_at, day, reduction_g, points, state, capped_by, event_id, gate, created_at)
SELECT citizen_id, id, method, method_version, factor_set, quantity, credited_quantity, parameters::jsonb,
       tier, occurred_at, day, reduction_g, points, state, capped_by, event_id, gate, created_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::numeric[], $7::numeric[], $8::text[],
            $9::text[], $10::timestamptz[], $11::date[], $12::bigint[], $13::int[], $14::text[], $15::text[],
            $16::uuid[], $17::smallint[], $18::timestamptz[])
     AS new (citizen_id, id, method, method_version, factor_set, quantity, credited_quantity, parameters,
             tier, occurred_at, day, reduction_g, points, state, capped_by, event_id, gate, created_at)
