-- reissue_badges: [write] replace badges in the order given; each new one has the category, reference and label of the
-- old one.
-- $1 event_id uuid  $2 serial int[]  $3 serial_from int  $4 why text
WITH replaced AS (
    UPDATE badges b SET revoked_at = coalesce(b.revoked_at, now()), revoked_why = coalesce(b.revoked_why, $4),
        reissued_as = $3::int + old.place::int - 1
    FROM unnest($2::int[]) WITH ORDINALITY AS old (serial, place)
    WHERE b.event_id = $1 AND b.serial = old.serial AND b.reissued_as IS NULL
    RETURNING b.serial, b.reissued_as
)
SELECT serial, reissued_as FROM replaced ORDER BY reissued_as
