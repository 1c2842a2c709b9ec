-- store_lots: [write] lots that were loaded, with what is in them now.
-- $1 … $3 lots
-- Raises lots_points_not_negative (23514).
INSERT INTO lots (citizen_id, expires_on, points)
SELECT * FROM unnest($1::uuid[], $2::date[], $3::bigint[])
                  AS new (citizen_id, expires_on, points)
ON CONFLICT (citizen_id, expires_on) DO UPDATE SET points = excluded.points
