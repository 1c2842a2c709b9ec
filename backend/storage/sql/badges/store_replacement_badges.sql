-- store_replacement_badges: [write] create the badges that replace others, after reissue_badges.
-- $1 event_id uuid  $2 serial int[] (those replaced)
INSERT INTO badges (event_id, serial, category, holder_ref, label, first_serial)
SELECT event_id, reissued_as, category, holder_ref, label, coalesce(first_serial, serial) FROM badges
WHERE event_id = $1 AND serial = ANY ($2::int[])
RETURNING serial
