-- store_offsets: one row per person's offset.
-- $1 event_id uuid[]  $2 citizen_id uuid[]  $3 id uuid[]  $4 footprint_digest bytea[]  $5 grams bigint[]
-- $6 kind text[]  $7 pay_with text[]  $8 certificate_number text[]  $9 issued_at timestamptz[]
INSERT INTO offsets (event_id, citizen_id, id, footprint_digest, grams, kind, pay_with, certificate_number, issued_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bytea[], $5::bigint[], $6::text[], $7::text[],
                     $8::text[], $9::timestamptz[])
