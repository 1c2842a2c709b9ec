-- award_medals: [write] keep what was earned; what is kept already stays as it is.
-- $1 citizen_id uuid[]  $2 medal text[]  $3 level smallint[]  $4 earned_at timestamptz
INSERT INTO medals (citizen_id, medal, level, earned_at)
SELECT *, $4 FROM unnest($1::uuid[], $2::text[], $3::smallint[]) ORDER BY 1, 2, 3
ON CONFLICT DO NOTHING RETURNING citizen_id, medal, level
