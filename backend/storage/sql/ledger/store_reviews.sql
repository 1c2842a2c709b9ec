-- store_reviews: actions that wait for a person.
-- $1 citizen_id uuid[]  $2 id uuid[]  $3 why text[]  $4 method text[]  $5 quantity numeric[]  $6 parameters text[]
-- $7 tier text[]  $8 occurred_at timestamptz[]  $9 ended_at timestamptz[]  $10 day date[]  $11 scene_id uuid[]
-- $12 scene_kind text[]  $13 partner_id uuid[]  $14 event_id uuid[]  $15 gate smallint[]  $16 evidence text[]
-- $17 expected_by timestamptz[]  $18 created_at timestamptz[]
INSERT INTO reviews (citizen_id, id, why, method, quantity, parameters, tier, occurred_at, ended_at, day, scene_id,
                     scene_kind, partner_id, event_id, gate, evidence, expected_by, created_at)
SELECT citizen_id, id, why, method, quantity, parameters::jsonb, tier, occurred_at, ended_at, day, scene_id,
       scene_kind, partner_id, event_id, gate, evidence::jsonb, expected_by, created_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::numeric[], $6::text[], $7::text[], $8::timestamptz[],
            $9::timestamptz[], $10::date[], $11::uuid[], $12::text[], $13::uuid[], $14::uuid[], $15::smallint[],
            $16::text[], $17::timestamptz[], $18::timestamptz[])
     AS new (citizen_id, id, why, method, quantity, parameters, tier, occurred_at, ended_at, day, scene_id,
             scene_kind, partner_id, event_id, gate, evidence, expected_by, created_at)
