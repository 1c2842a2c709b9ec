-- read_period_facts: [read] what was written in a period, by city and kind of event: people, footprints, offsets, actions.
-- Sums of rows of the ledger, event by event first, so that no row is held longer than it is added up. A row counts when
-- the database wrote it, so that a scan which a gate sends later changes no period that is over.
-- $1 from timestamptz  $2 until timestamptz
WITH facts AS (
    SELECT a.event_id, count(*) AS people, sum(f.total_g) AS footprint_g, 0 AS offsets, 0 AS offset_g, 0 AS actions,
           0 AS reduction_g, 0 AS self_declared_g, 0 AS reversed_actions, 0 AS reversed_g
    FROM attendances a JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
    WHERE coalesce(a.written_at, a.joined_at) >= $1 AND coalesce(a.written_at, a.joined_at) < $2 GROUP BY a.event_id
    UNION ALL
    SELECT event_id, 0, sum(delta_g), 0, 0, 0, 0, 0, 0, 0 FROM journey_revisions
    WHERE created_at >= $1 AND created_at < $2 GROUP BY event_id
    UNION ALL
    SELECT event_id, 0, 0, count(*), sum(grams), 0, 0, 0, 0, 0 FROM offsets
    WHERE coalesce(written_at, issued_at) >= $1 AND coalesce(written_at, issued_at) < $2 GROUP BY event_id
    UNION ALL
    SELECT event_id, 0, 0, 0, sum(grams), 0, 0, 0, 0, 0 FROM offset_changes
    WHERE created_at >= $1 AND created_at < $2 GROUP BY event_id
    UNION ALL
    SELECT event_id, 0, 0, 0, 0, count(*), sum(reduction_g) FILTER (WHERE tier <> 'E5'),
           sum(reduction_g) FILTER (WHERE tier = 'E5'), 0, 0
    FROM actions
    WHERE state = 'posted' AND coalesce(written_at, created_at) >= $1 AND coalesce(written_at, created_at) < $2
    GROUP BY event_id
    UNION ALL
    SELECT a.event_id, 0, 0, 0, 0, 0, 0, 0, count(*), sum(a.reduction_g)
    FROM reversals r JOIN actions a ON a.citizen_id = r.citizen_id AND a.id = r.action_id
    WHERE r.created_at >= $1 AND r.created_at < $2 GROUP BY a.event_id
)
SELECT coalesce(e.city, '-') AS city, coalesce(e.kind, '-') AS kind, count(DISTINCT e.id) AS events,
       sum(people)::bigint AS people, sum(footprint_g)::bigint AS footprint_g, sum(offsets)::bigint AS offsets,
       sum(offset_g)::bigint AS offset_g, sum(actions)::bigint AS actions,
       coalesce(sum(reduction_g), 0)::bigint AS reduction_g, coalesce(sum(self_declared_g), 0)::bigint AS self_declared_g,
       sum(reversed_actions)::bigint AS reversed_actions, sum(reversed_g)::bigint AS reversed_g
FROM facts LEFT JOIN events e ON e.id = facts.event_id
GROUP BY 1, 2 ORDER BY 1, 2
