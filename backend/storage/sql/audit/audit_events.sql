-- audit_events: [read] events with tallies, and the gates that occur in them.
SELECT e.id, e.slug, array_agg(DISTINCT t.gate ORDER BY t.gate) AS gates
FROM events e JOIN tallies t ON t.event_id = e.id GROUP BY e.id, e.slug
