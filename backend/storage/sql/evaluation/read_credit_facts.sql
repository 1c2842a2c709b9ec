-- read_credit_facts: [read] what is counted of organisations for their credit, as of the end of a day in Shanghai.
-- An event counts for its host, and for a co-host that joined before its end and had not left when it began: nobody
-- leaves a bad event or joins a good one afterwards. It was held where somebody came or something was accounted for.
-- Late: of an event that ended more than a year ago, less was retired within that year than the share it declared, or
-- nobody accounted for it; of one that ended more than 180 days ago, since the criteria hold, nothing was disclosed by then.
-- $1 organisation_id uuid[]  $2 day date  $3 the criteria's first day date  $4 the worst quality of measured data int
WITH until AS (
    SELECT (($2::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai') AS at,
        ($3::date::timestamp AT TIME ZONE 'Asia/Shanghai') AS since
),
own AS (
    SELECT DISTINCT m.organisation_id, e.id, e.slug, e.ends_at, e.target_pct, e.evaluation
    FROM event_organisations m JOIN events e ON e.id = m.event_id, until
    WHERE m.organisation_id = ANY ($1::uuid[]) AND (m.part = 'host' OR m.added_at < e.ends_at)
        AND (m.removed_at IS NULL OR m.removed_at >= e.starts_at) AND e.ends_at < until.at
        AND e.state NOT IN ('draft', 'submitted', 'rejected')
),
facts AS (
    SELECT own.*,
        own.ends_at + interval '1 year' < until.at AS is_due,
        own.ends_at >= until.since AND own.ends_at + interval '180 days' < until.at AS is_to_be_disclosed,
        (SELECT coalesce(sum(p.serial_to - p.serial_from + 1), 0)
         FROM pools p JOIN credit_batches b ON b.id = p.batch_id AND b.status = 'retired'
         WHERE p.event_id = own.id AND p.created_at <= own.ends_at + interval '1 year'
             AND b.retired_on <= ((own.ends_at + interval '1 year') AT TIME ZONE 'Asia/Shanghai')::date) AS in_time_g,
        (SELECT count(DISTINCT b.id) FROM pools p JOIN credit_batches b ON b.id = p.batch_id
         WHERE p.event_id = own.id AND b.voided_at < until.at) AS voided,
        (SELECT count(*) FROM disclosures d
         WHERE d.event_id = own.id AND d.corrects IS NOT NULL AND d.published_at < until.at) AS corrected,
        EXISTS (SELECT 1 FROM disclosures d WHERE d.event_id = own.id
                AND d.published_at <= own.ends_at + interval '180 days') AS is_disclosed,
        (SELECT count(*) FROM complaints c WHERE c.about IN ('event', 'event_report') AND c.subject = own.slug
             AND c.state = 'upheld' AND c.answered_at < until.at) AS complaints,
        EXISTS (SELECT 1 FROM attendances a WHERE a.event_id = own.id)
            OR EXISTS (SELECT 1 FROM inventory_lines l WHERE l.event_id = own.id AND l.created_at < until.at) AS is_held,
        EXISTS (SELECT 1 FROM inventory_measures i WHERE i.event_id = own.id AND i.created_at < until.at) AS has_measures,
        (SELECT count(*) FROM inventory_lines l WHERE l.event_id = own.id AND l.created_at < until.at
             AND NOT EXISTS (SELECT 1 FROM inventory_lines n
                             WHERE n.event_id = l.event_id AND n.supersedes = l.id AND n.created_at < until.at)) AS lines,
        (SELECT count(*) FROM inventory_lines l WHERE l.event_id = own.id AND l.created_at < until.at AND l.quality <= $4::int
             AND l.document_id IS NOT NULL
             AND NOT EXISTS (SELECT 1 FROM inventory_lines n
                             WHERE n.event_id = l.event_id AND n.supersedes = l.id AND n.created_at < until.at)) AS measured
    FROM own, until
)
SELECT o.id AS organisation_id,
    count(f.id)::int AS events_ended,
    count(f.id) FILTER (WHERE f.is_held)::int AS events_held,
    count(f.id) FILTER (WHERE f.is_due)::int AS events_due,
    count(f.id) FILTER (WHERE f.is_due AND (f.evaluation IS NULL
        OR 100 * f.in_time_g < f.target_pct * coalesce((f.evaluation ->> 'boundary_g')::numeric, 0)))::int
        AS events_retired_late,
    count(f.id) FILTER (WHERE f.is_held AND f.evaluation ->> 'basis' = 'verifier')::int AS events_verified,
    count(f.id) FILTER (WHERE f.is_held AND f.has_measures)::int AS events_with_measures,
    coalesce(sum(f.lines), 0)::int AS lines,
    coalesce(sum(f.measured), 0)::int AS lines_measured,
    count(f.id) FILTER (WHERE f.is_to_be_disclosed AND NOT f.is_disclosed)::int AS disclosures_late,
    coalesce(sum(f.complaints), 0)::int + (SELECT count(*) FROM complaints c, until
         WHERE c.organisation_id = o.id AND c.about IN ('organisation', 'disclosure', 'certificate')
             AND c.state = 'upheld' AND c.answered_at < until.at)::int AS complaints_upheld,
    (coalesce(sum(f.voided + f.corrected), 0) + (
        -- Serials tried again and again are one; who sends their own batch a second time has said nothing false.
        SELECT count(DISTINCT s.tried) FROM serial_refusals s
        WHERE s.developer_id = o.id AND s.at < (SELECT at FROM until)
            AND NOT EXISTS (SELECT 1 FROM credit_batches b WHERE b.developer_id = o.id AND s.tried = left(
                concat(b.retirement_ref, ' ', b.registry_serial_from, '–', b.registry_serial_to), 300))
    ))::int AS false_data,
    (SELECT count(*) FROM organisation_licences l WHERE l.organisation_id = o.id AND l.confirmed_at IS NOT NULL
         AND (l.revoked_at IS NULL OR l.revoked_at >= (SELECT at FROM until))
         AND l.valid_from <= $2 AND coalesce(l.valid_to, $2) >= $2)::int AS licences_valid,
    (SELECT count(*) FROM list_entries l WHERE l.organisation_id = o.id AND l.list = 'black' AND l.published_at < (SELECT at FROM until)
         AND l.valid_from <= $2 AND coalesce(l.valid_to, $2) >= $2 AND coalesce(l.ended_at >= (SELECT at FROM until), true))::int
        AS black_entries,
    (SELECT count(*) FROM list_entries l WHERE l.organisation_id = o.id AND l.list = 'negative' AND l.published_at < (SELECT at FROM until)
         AND l.valid_from <= $2 AND coalesce(l.valid_to, $2) >= $2 AND coalesce(l.ended_at >= (SELECT at FROM until), true))::int
        AS negative_entries
FROM organisations o LEFT JOIN facts f ON f.organisation_id = o.id
WHERE o.id = ANY ($1::uuid[])
GROUP BY o.id
ORDER BY o.id
