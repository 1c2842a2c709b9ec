-- read_account_sums: [read] a citizen's balance, the lot that runs out next, claimed grams, attendances, footprints,
-- offsets.
-- $1 citizen_id uuid  $2 today date
SELECT a.balance, l.expires_on, l.points AS expiring, c.donated_g, c.aggregated_g, c.cancelled_g,
       t.attendances, t.footprint_g, t.offset_g
FROM (SELECT $1::uuid AS id) AS me
LEFT JOIN accounts a ON a.id = me.id
LEFT JOIN LATERAL (
    SELECT expires_on, points FROM lots WHERE citizen_id = me.id AND expires_on > $2 AND points > 0
    ORDER BY citizen_id, expires_on LIMIT 1
) AS l ON true
CROSS JOIN LATERAL (
    SELECT coalesce(sum(grams) FILTER (WHERE claim_state = 'donated'), 0)::bigint AS donated_g,
           coalesce(sum(grams) FILTER (WHERE claim_state = 'aggregated'), 0)::bigint AS aggregated_g,
           coalesce(sum(grams) FILTER (WHERE claim_state = 'cancelled'), 0)::bigint AS cancelled_g
    FROM claims WHERE citizen_id = me.id
) AS c
CROSS JOIN LATERAL (
    SELECT count(*) AS attendances, coalesce(sum(f.total_g), 0)::bigint AS footprint_g,
           coalesce(sum(o.grams), 0)::bigint AS offset_g
    FROM current_attendances d
    -- A period of somebody's life is offset like an attendance and is none.
    JOIN events v ON v.id = d.event_id AND v.template IS DISTINCT FROM 'personal_life'
    JOIN footprints f ON f.event_id = d.event_id AND f.digest = d.footprint_digest
    LEFT JOIN current_offsets o ON o.event_id = d.event_id AND o.citizen_id = d.citizen_id
    WHERE d.citizen_id = me.id
) AS t
