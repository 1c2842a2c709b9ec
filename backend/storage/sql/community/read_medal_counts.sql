-- read_medal_counts: [read] citizens' longest run of days with an action, events attended, attendances offset.
-- $1 citizen_id uuid[]
WITH days AS (
    SELECT DISTINCT a.citizen_id, a.day FROM actions a
    WHERE a.citizen_id = ANY ($1::uuid[])
      AND NOT EXISTS (SELECT FROM reversals r WHERE r.citizen_id = a.citizen_id AND r.action_id = a.id)
), runs AS (
    -- Days in a row minus their numbers are one and the same day.
    SELECT citizen_id, count(*) AS days
    FROM (SELECT citizen_id, day - row_number() OVER (PARTITION BY citizen_id ORDER BY day)::int AS begun FROM days) d
    GROUP BY citizen_id, begun
)
SELECT asked.id AS citizen_id,
       (SELECT coalesce(max(days), 0) FROM runs WHERE runs.citizen_id = asked.id) AS streak_days,
       e.attendances, e.offsets
FROM unnest($1::uuid[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT count(*) AS attendances, count(o.id) AS offsets FROM attendances t
    -- A period of somebody's life is offset like an attendance and is none.
    JOIN events v ON v.id = t.event_id AND v.template IS DISTINCT FROM 'personal_life'
    LEFT JOIN offsets o ON o.event_id = t.event_id AND o.citizen_id = t.citizen_id
    WHERE t.citizen_id = asked.id
) e
