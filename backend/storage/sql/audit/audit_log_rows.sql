-- audit_log_rows: [read] entries that do not tell what was written, entries of nothing, and what should be in the log
-- by now and is not. A minute or an entry of doubt is left to the job that seals: what is younger than the newest head
-- less ten minutes is not asked for.
WITH told AS (
    -- Of a certificate, the signed document that the entry commits to.
    SELECT position, kind, subject, convert_from(coalesce(document, body), 'UTF8')::jsonb AS body FROM log_entries
), offsets_told AS (
    SELECT position, body ->> 'number' AS number, (body ->> 'revision')::int AS revision,
           (body #>> '{event,id}')::uuid AS event_id, (body #>> '{offset,grams}')::bigint AS grams,
           (body #>> '{footprint,total_g}')::bigint AS total_g, body #> '{offset,allocations}' AS parts,
           CASE kind WHEN 'offset' THEN subject ELSE split_part(subject, ':', 1) END AS subject
    FROM told WHERE kind IN ('offset', 'offset_change')
), newest_retirements AS (
    SELECT DISTINCT ON (body ->> 'batch_id') body ->> 'batch_id' AS batch_id, position, body FROM told
    WHERE kind = 'retirement' ORDER BY body ->> 'batch_id', position DESC
), newest AS (
    SELECT max(signed_at) - interval '10 minutes' AS at FROM log_heads
)
SELECT t.position, t.number AS subject, 'no such offset' AS what FROM offsets_told t
WHERE t.number IS DISTINCT FROM t.subject OR NOT EXISTS (
    SELECT FROM offsets o WHERE o.event_id = t.event_id AND o.certificate_number = t.number
)
UNION ALL
SELECT l.position, l.subject, 'commits to another document' FROM log_entries l
JOIN offsets_told t ON t.position = l.position
JOIN offsets o ON o.event_id = t.event_id AND o.certificate_number = t.number
WHERE l.document IS NOT NULL AND (
    convert_from(l.body, 'UTF8')::jsonb ->> 'commitment' IS DISTINCT FROM encode(sha256(
        sha256(convert_to('tianfu-commitment', 'UTF8') || '\x00'::bytea || o.seed)
        || convert_to(t.number, 'UTF8') || sha256(l.document)
    ), 'hex')
    OR (convert_from(l.body, 'UTF8')::jsonb ->> 'grams')::bigint IS DISTINCT FROM t.grams
)
UNION ALL
SELECT t.position, t.number, 'other grams than the offset' FROM offsets_told t
JOIN offsets o ON o.event_id = t.event_id AND o.certificate_number = t.number
JOIN footprints f ON f.event_id = o.event_id AND f.digest = o.footprint_digest
WHERE t.revision = 0 AND (t.grams <> o.grams OR t.total_g <> f.total_g)
UNION ALL
SELECT t.position, t.number, 'other grams than the offset has now' FROM offsets_told t
JOIN certified_offsets c ON c.event_id = t.event_id AND c.certificate_number = t.number AND c.revision = t.revision
WHERE t.revision > 0 AND t.grams <> c.grams
UNION ALL
SELECT t.position, t.number, 'serials that were never allocated to it' FROM offsets_told t
CROSS JOIN LATERAL jsonb_array_elements(t.parts) part
LEFT JOIN offsets o ON o.event_id = t.event_id AND o.certificate_number = t.number
LEFT JOIN allocations a ON a.event_id = t.event_id AND a.batch_id = (part ->> 'batch_id')::uuid
    AND a.serial_from = (part ->> 'serial_from')::bigint AND a.offset_id = o.id
WHERE a.serial_to IS NULL OR (part ->> 'serial_to')::bigint > a.serial_to
    OR (t.revision = 0 AND (part ->> 'serial_to')::bigint <> a.serial_to)
UNION ALL
SELECT t.position, t.subject, 'no such retirement' FROM told t
LEFT JOIN retirement_facts f ON f.batch_id = (t.body ->> 'batch_id')::uuid
WHERE t.kind = 'retirement' AND (f.batch_id IS NULL OR split_part(t.subject, ':', 1) <> f.batch_id::text OR EXISTS (
    -- What was told of a batch is never told otherwise; only its end changes what it is.
    SELECT FROM jsonb_each(t.body - 'type' - 'batch_id') fact
    WHERE f.facts -> fact.key IS DISTINCT FROM fact.value
        AND NOT (fact.key = 'status' AND f.facts ->> 'status' = 'void')
))
UNION ALL
SELECT n.position, b.id::text, 'not in the log as it is' FROM credit_batches b
JOIN retirement_facts f ON f.batch_id = b.id
CROSS JOIN newest
LEFT JOIN newest_retirements n ON n.batch_id = b.id::text
WHERE (b.status = 'retired' OR b.status = 'void' AND n.position IS NOT NULL)
    AND n.body - 'type' - 'batch_id' IS DISTINCT FROM f.facts
    AND b.created_at < newest.at AND NOT EXISTS (
        SELECT FROM staff_actions s WHERE s.subject = b.id::text AND s.at >= newest.at
    )
UNION ALL
SELECT t.position, t.subject, 'no such report' FROM told t
LEFT JOIN event_reports r ON r.event_id = (t.body #>> '{event,id}')::uuid AND r.revision = (t.body ->> 'revision')::int
WHERE t.kind = 'report' AND encode(r.digest, 'hex') IS DISTINCT FROM t.body ->> 'sha256'
UNION ALL
SELECT t.position, t.subject, 'no such release' FROM told t LEFT JOIN disclosures d ON d.number = t.subject
WHERE t.kind = 'disclosure' AND encode(d.sha256, 'hex') IS DISTINCT FROM t.body ->> 'sha256'
UNION ALL
SELECT NULL, d.number, 'not in the log' FROM disclosures d, newest
WHERE d.published_at < newest.at AND NOT EXISTS (
    SELECT FROM log_entries l WHERE l.kind = 'disclosure' AND l.subject = d.number
)
UNION ALL
SELECT NULL, c.number, 'not chained to the release before it' FROM (
    SELECT number, sequence, previous_sha256, lag(sha256) OVER (ORDER BY sequence) AS before,
           row_number() OVER (ORDER BY sequence) AS place FROM disclosures
) c WHERE c.previous_sha256 IS DISTINCT FROM c.before OR c.sequence <> c.place
UNION ALL
SELECT NULL, o.certificate_number, 'not in the log' FROM offsets o, newest
WHERE o.issued_at < newest.at AND NOT EXISTS (
    SELECT FROM log_entries l WHERE l.kind = 'offset' AND l.subject = o.certificate_number
) AND NOT EXISTS (
    SELECT FROM log_entries l WHERE l.kind = 'offset_change' AND l.subject > o.certificate_number || ':'
        AND l.subject < o.certificate_number || ';'
)
LIMIT 100
