-- lock_events: events of a batch; the share lock makes a change of state wait for the scans that saw the old one.
-- $1 id uuid[]
SELECT id, code, slug, name_zh, name_en, city, starts_at, ends_at, boundary, state, factor_set, profile,
       join_points, revision, neutralises
FROM events WHERE id = ANY ($1::uuid[]) ORDER BY id FOR SHARE
