-- lock_events: [lock] events of a batch; the share lock makes a change of state wait for the scans that saw the old
-- one. Share locks of rows overtake who waits to change the row, so at a peak staff would wait for ever: everybody
-- stands in the line of queue_for_event first, where nobody overtakes.
-- $1 id uuid[], in order
WITH line AS MATERIALIZED (
    SELECT id, pg_advisory_xact_lock_shared(hashtextextended('events/' || id::text, 0)) AS turn
    FROM unnest($1::uuid[]) AS asked (id)
)
SELECT e.id, code, slug, name_zh, name_en, city, starts_at, ends_at, boundary, state, factor_set, profile,
       join_points, revision, neutralises, offset_ceiling_g, pools_paused_at, frozen_at, template
FROM line JOIN events e ON e.id = line.id ORDER BY e.id FOR SHARE OF e
