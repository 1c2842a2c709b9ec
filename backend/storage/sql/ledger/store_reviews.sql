-- store_reviews: [write] actions that wait for a person.
-- $1 … $18 reviews
INSERT INTO reviews (citizen_id, id, why, method, quantity, parameters, tier, occurred_at, ended_at, day, scene_id,
                     scene_kind, partner_id, event_id, gate, evidence, expected_by, created_at)
SELECT citizen_id, id, why, method, quantity, parameters::jsonb, tier, occurred_at, ended_at, day, scene_id,
       scene_kind, partner_id, event_id, gate, evidence::jsonb, expected_by, created_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::numeric[], $6::text[], $7::text[], $8::timestamptz[],
            $9::timestamptz[], $10::date[], $11::uuid[], $12::text[], $13::uuid[], $14::uuid[], $15::smallint[],
            $16::text[], $17::timestamptz[], $18::timestamptz[])
     AS new (citizen_id, id, why, method, quantity, parameters, tier, occurred_at, ended_at, day, scene_id,
             scene_kind, partner_id, event_id, gate, evidence, expected_by, created_at)
