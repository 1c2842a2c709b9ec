-- find_unnotified_offsets: [read] offsets of the last days whose citizens accepted a message about them and were told
-- nothing yet. It begins at the accepts, which are few, so that the peak writes nothing for this.
-- $1 rows int
SELECT o.citizen_id, o.certificate_number, o.grams, f.body AS footprint, e.name_zh, e.name_en
FROM subscriptions s
JOIN attendances a ON a.citizen_id = s.citizen_id
JOIN current_offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
JOIN footprints f ON f.event_id = o.event_id AND f.digest = o.footprint_digest
JOIN events e ON e.id = o.event_id
WHERE s.template = 'offset_done' AND s.accepts > 0 AND o.issued_at > now() - interval '2 days'
    AND NOT EXISTS (
        SELECT FROM notices n WHERE n.citizen_id = o.citizen_id
            AND n.kind IN ('offset_done', 'contribution_done') AND n.topic_key = o.certificate_number
    )
ORDER BY o.citizen_id, o.certificate_number LIMIT $1
