-- read_event_states: [read] events that anybody may see by state, demonstrations among them, and the cities they were in.
SELECT state, count(*) AS events, count(*) FILTER (WHERE is_demonstration) AS demonstrations,
       array_agg(DISTINCT city) AS cities
FROM events WHERE state NOT IN ('draft', 'submitted', 'rejected') GROUP BY state ORDER BY state
