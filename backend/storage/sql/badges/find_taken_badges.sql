-- find_taken_badges: [read] which of these references and ids of wristbands belong to badges already, and to which.
-- $1 event_id uuid  $2 holder_ref text[]  $3 alias text[]
SELECT 'holder_ref' AS kind, holder_ref AS value, serial FROM badges
WHERE event_id = $1 AND holder_ref = ANY ($2::text[]) AND reissued_as IS NULL
UNION ALL
SELECT 'alias', alias, serial FROM badges WHERE event_id = $1 AND alias = ANY ($3::text[])
