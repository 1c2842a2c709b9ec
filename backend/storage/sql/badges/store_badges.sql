-- store_badges: [write] badges with the serials that follow each other from the first on, in the order given.
-- $1 event_id uuid  $2 serial_from int  $3 category text[]  $4 holder_ref text[]  $5 label text[]  $6 alias text[]
-- Raises badges_holder_ref_unique (23P01) and badges_alias_unique (23505).
INSERT INTO badges (event_id, serial, category, holder_ref, label, alias)
SELECT $1::uuid, $2::int + place::int - 1, category, holder_ref, label, alias
FROM unnest($3::text[], $4::text[], $5::text[], $6::text[]) WITH ORDINALITY
    AS new (category, holder_ref, label, alias, place)
