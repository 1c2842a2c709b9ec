-- read_event_sums: [read] an event's footprints as they hold now, and the sum that its counts tell of them.
-- $1 event code text
SELECT e.slug, (SELECT count(*) FROM attendances a WHERE a.event_id = e.id) AS attendances,
    coalesce((SELECT sum(f.total_g) FROM current_attendances a
              JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
              WHERE a.event_id = e.id), 0)::bigint AS emission_g,
    coalesce((SELECT sum(t.footprint_g) FROM tallies t WHERE t.event_id = e.id), 0)::bigint AS counted_g
FROM events e WHERE e.code = $1
