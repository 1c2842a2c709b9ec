-- read_certificate: [read] an offset with its event, footprint, name and everything it stood for so far, as anyone may
-- see it. One statement sees it all at one moment. A journey told again and the offset that follows it bear one
-- instant: they are one revision, although its number counts both.
-- $1 event code text  $2 certificate number text
SELECT c.event_id, c.certificate_number, c.issued_at, c.footprint_digest, c.grams, c.kind, c.revision, c.released_g,
       c.seed, c.secret, c.lines_digest, c.parts::text AS parts, f.body AS footprint, n.name, r.revisions::text AS revisions
FROM events e
JOIN certified_offsets c ON c.event_id = e.id AND c.certificate_number = $2
JOIN footprints f ON f.event_id = e.id AND f.digest = c.footprint_digest
LEFT JOIN certificate_names n ON n.event_id = e.id AND n.certificate_number = c.certificate_number
CROSS JOIN LATERAL (
    SELECT json_agg(json_build_object('revision', x.revision, 'changed_at', x.changed_at, 'grams', x.grams,
                                      'position', l.position,
                                      'document_sha256', encode(sha256(l.document), 'hex')) ORDER BY x.changed_at) AS revisions
    FROM (
        SELECT changed_at, sum(sum(steps)) OVER moments AS revision, sum(sum(grams)) OVER moments AS grams
        FROM (
            SELECT o.issued_at AS changed_at, 0 AS steps, o.grams FROM offsets o
            WHERE o.event_id = c.event_id AND o.citizen_id = c.citizen_id
            UNION ALL
            SELECT created_at, 1, grams FROM offset_changes
            WHERE event_id = c.event_id AND citizen_id = c.citizen_id
            UNION ALL
            SELECT created_at, 1, 0 FROM journey_revisions
            WHERE event_id = c.event_id AND citizen_id = c.citizen_id
        ) step GROUP BY changed_at WINDOW moments AS (ORDER BY changed_at)
    ) x
    LEFT JOIN log_entries l ON l.kind = CASE x.revision WHEN 0 THEN 'offset' ELSE 'offset_change' END
        AND l.subject = c.certificate_number || CASE x.revision WHEN 0 THEN '' ELSE ':' || x.revision END
    WHERE x.changed_at >= c.issued_at
) r
WHERE e.code = $1
