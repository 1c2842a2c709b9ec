-- store_gate_overrides: [write] keep why staff let scans pass; the scans are there already.
-- $1 event_id uuid  $2 scan_id uuid[]  $3 refused_scan uuid[]  $4 refusal text[]  $5 reason text[]  $6 note text[]
-- $7 made_by text[]
INSERT INTO gate_overrides (event_id, scan_id, refused_scan, refusal, reason, note, made_by)
SELECT $1, made.scan_id, made.refused_scan, made.refusal, made.reason, made.note, made.made_by
FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[])
     AS made (scan_id, refused_scan, refusal, reason, note, made_by)
