-- read_event_account: [read] what an event's attendees emitted, as it holds now, and the grams retired for it.
-- $1 event_id uuid
SELECT
    coalesce((SELECT sum(f.total_g) FROM current_attendances a
              JOIN footprints f ON f.event_id = a.event_id AND f.digest = a.footprint_digest
              WHERE a.event_id = $1), 0)::bigint AS emission_g,
    coalesce((SELECT sum(p.serial_to - p.serial_from + 1) FROM pools p
              JOIN credit_batches b ON b.id = p.batch_id AND b.status = 'retired'
              WHERE p.event_id = $1), 0)::bigint AS pool_g,
    (coalesce((SELECT sum(grams) FROM allocations WHERE event_id = $1), 0)
     - coalesce((SELECT sum(grams) FROM offset_releases WHERE event_id = $1), 0))::bigint AS allocated_g
