-- load_attendances: [read] for each command at an event: the badge that was scanned, the citizen's attendance, the
-- badge's holder, who may have joined with the badge that it replaced.
-- $1 event_id uuid[]  $2 citizen_id uuid[]  $3 badge_serial int[] (null where no badge was scanned)
SELECT asked.event_id, asked.citizen_id, asked.badge_serial, b.serial IS NOT NULL AS is_issued, b.category,
       b.revoked_at IS NOT NULL AS is_revoked, b.holder_serial, holder.citizen_id AS holder,
       a.id, a.badge_serial AS own_serial, a.gate, a.footprint_digest, a.offset_status, a.points, a.joined_at
FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS asked (event_id, citizen_id, badge_serial)
LEFT JOIN badges b ON b.event_id = asked.event_id AND b.serial = asked.badge_serial
LEFT JOIN attendances a ON a.event_id = asked.event_id AND a.citizen_id = asked.citizen_id
LEFT JOIN attendances holder ON holder.event_id = asked.event_id
    AND holder.badge_serial = coalesce(b.holder_serial, asked.badge_serial)
