-- read_alerts: [read] what is late or unusual now within some remits, oldest first, with the newest acknowledgement of
-- the same alert: the one about the same subject since the same instant.
-- $1 remits' agencies text[]  $2 remits' cities text[]  $3 kinds text[]  $4 their limits integer[]
-- $5 today date  $6 kind text or NULL  $7 event slug text or NULL  $8 rows_max integer  $9 rows to pass over integer
WITH rules AS (SELECT * FROM unnest($3::text[], $4::integer[]) r(kind, most)),
watched AS (
    SELECT e.* FROM events e
    WHERE (cardinality($1::text[]) = 0 OR EXISTS (
        SELECT FROM unnest($1::text[], $2::text[]) r(agency, city)
        WHERE (r.agency IS NULL OR r.agency = e.agency) AND (r.city IS NULL OR r.city = e.city)))
      AND ($7::text IS NULL OR e.slug = $7)
),
entered AS (
    SELECT s.event_id, max(s.at) AS at FROM event_steps s JOIN watched e ON e.id = s.event_id AND e.state = s.to_state
    GROUP BY s.event_id
),
pools_of AS (
    SELECT p.event_id, sum(p.serial_to - p.serial_from + 1)::bigint AS grams,
           sum(p.serial_to - p.next_serial + 1)::bigint AS grams_left
    FROM pools p JOIN watched e ON e.id = p.event_id AND e.state = 'running' GROUP BY p.event_id
),
found AS (
    SELECT r.kind, e.slug AS subject, e.id AS event_id, e.ends_at + make_interval(days => r.most) AS since,
           NULL::bigint AS number
    FROM watched e JOIN rules r ON r.kind = CASE e.state
        WHEN 'running' THEN 'accounting_late' WHEN 'accounting' THEN 'offset_late'
        WHEN 'offset' THEN 'evaluation_late' WHEN 'evaluated' THEN 'evaluation_late' END
    WHERE e.ends_at + make_interval(days => r.most) < now()
    UNION ALL
    SELECT r.kind, e.slug, e.id, coalesce(n.at, e.created_at) + make_interval(days => r.most), NULL
    FROM watched e JOIN rules r ON r.kind = 'decision_late' LEFT JOIN entered n ON n.event_id = e.id
    WHERE e.state = 'submitted' AND coalesce(n.at, e.created_at) + make_interval(days => r.most) < now()
    UNION ALL
    -- Grams retired within the time against the share of the attendees' emissions that the event set itself.
    SELECT r.kind, e.slug, e.id, e.ends_at + make_interval(days => r.most), t.emission_g - g.in_time_g
    FROM watched e JOIN rules r ON r.kind = 'retirement_late'
    CROSS JOIN LATERAL (
        SELECT (coalesce(sum(c.footprint_g), 0) * e.target_pct / 100)::bigint AS emission_g FROM tallies c
        WHERE c.event_id = e.id
    ) t
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(p.serial_to - p.serial_from + 1), 0)::bigint AS in_time_g
        FROM pools p JOIN credit_batches b ON b.id = p.batch_id AND b.status = 'retired'
        WHERE p.event_id = e.id AND b.retired_on <= (e.ends_at + make_interval(days => r.most))::date
    ) g
    WHERE e.state IN ('running', 'accounting', 'offset', 'evaluated', 'closed')
      AND e.ends_at + make_interval(days => r.most) < now() AND g.in_time_g < t.emission_g
    UNION ALL
    SELECT r.kind, e.slug, e.id,
           coalesce((SELECT max(a.created_at) FROM allocations a WHERE a.event_id = e.id), e.starts_at), p.grams_left
    FROM watched e JOIN rules r ON r.kind = 'pool_low' JOIN pools_of p ON p.event_id = e.id
    WHERE p.grams_left * 100 <= p.grams * r.most
    UNION ALL
    SELECT r.kind, e.slug, e.id, e.pools_paused_at, NULL FROM watched e JOIN rules r ON r.kind = 'pool_paused'
    WHERE e.pools_paused_at IS NOT NULL AND e.state NOT IN ('closed', 'rejected')
    UNION ALL
    SELECT r.kind, e.slug, e.id, e.frozen_at, NULL FROM watched e JOIN rules r ON r.kind = 'event_frozen'
    WHERE e.frozen_at IS NOT NULL
    UNION ALL
    SELECT r.kind, e.slug, e.id, min(v.created_at), count(*) FROM watched e JOIN rules r ON r.kind = 'reviews_flagged'
    JOIN reviews v ON v.event_id = e.id AND v.state = 'pending'
    GROUP BY r.kind, e.slug, e.id, r.most HAVING count(*) >= r.most
    UNION ALL
    SELECT r.kind, e.slug, e.id, min(w.created_at), count(*) FROM watched e JOIN rules r ON r.kind = 'offsets_held'
    JOIN offset_waits w ON w.event_id = e.id AND w.held_for IS NOT NULL
    WHERE NOT EXISTS (SELECT FROM offset_wait_ends x
                      WHERE x.event_id = w.event_id AND x.citizen_id = w.citizen_id AND x.sequence = w.sequence)
    GROUP BY r.kind, e.slug, e.id, r.most HAVING count(*) >= r.most
    UNION ALL
    -- A complaint of no event of theirs, an objection say, is the province's. Its number stays with who complained.
    SELECT r.kind, c.id::text, e.id, (c.due_on + r.most + 1)::timestamp AT TIME ZONE 'Asia/Shanghai', NULL
    FROM complaints c JOIN rules r ON r.kind = 'complaint_overdue'
    LEFT JOIN watched e ON c.about = 'event_report' AND e.slug = c.subject
        OR c.about = 'certificate' AND e.code = substr(c.subject, 4, 5)
    WHERE c.answered_at IS NULL AND c.due_on + r.most < $5
      AND (e.id IS NOT NULL OR cardinality($1::text[]) = 0 AND $7::text IS NULL)
    UNION ALL
    -- A case of no organisation is the province's.
    SELECT r.kind, c.id::text, NULL::uuid, c.found_at + make_interval(days => r.most), NULL
    FROM list_cases c JOIN rules r ON r.kind = 'case_open' LEFT JOIN organisations o ON o.id = c.organisation_id
    WHERE c.state = 'open' AND c.found_at + make_interval(days => r.most) < now() AND $7::text IS NULL
      AND (cardinality($1::text[]) = 0 OR EXISTS (
        SELECT FROM unnest($1::text[], $2::text[]) w(agency, city)
        WHERE o.id IS NOT NULL AND (w.agency IS NULL OR w.agency = o.agency) AND (w.city IS NULL OR w.city = o.city)))
    UNION ALL
    SELECT r.kind, o.code, NULL::uuid, (max(l.valid_to) + r.most + 1)::timestamp AT TIME ZONE 'Asia/Shanghai', NULL
    FROM organisations o JOIN rules r ON r.kind = 'licence_ended'
    JOIN organisation_licences l ON l.organisation_id = o.id AND l.kind = 'verification' AND l.confirmed_at IS NOT NULL
        AND l.revoked_at IS NULL
    WHERE o.state = 'active' AND 'verifier' = ANY (o.kinds) AND $7::text IS NULL
      AND (cardinality($1::text[]) = 0 OR EXISTS (
        SELECT FROM unnest($1::text[], $2::text[]) w(agency, city)
        WHERE (w.agency IS NULL OR w.agency = o.agency) AND (w.city IS NULL OR w.city = o.city)))
    GROUP BY r.kind, o.code, r.most HAVING bool_and(l.valid_to IS NOT NULL) AND max(l.valid_to) + r.most < $5
)
SELECT f.kind, f.subject, f.since, f.number, e.slug AS event, e.name_zh, e.name_en, a.note, a.at AS acknowledged_at,
       s.username AS acknowledged_by
FROM found f
LEFT JOIN events e ON e.id = f.event_id
LEFT JOIN LATERAL (
    SELECT k.note, k.at, k.staff_id FROM alert_acknowledgements k
    WHERE k.alert = f.kind AND k.subject = f.subject AND k.since = f.since ORDER BY k.at DESC LIMIT 1
) a ON true
LEFT JOIN staff s ON s.id = a.staff_id
WHERE $6::text IS NULL OR f.kind = $6
ORDER BY a.at IS NOT NULL, f.since, f.kind, f.subject
LIMIT $8 OFFSET $9
