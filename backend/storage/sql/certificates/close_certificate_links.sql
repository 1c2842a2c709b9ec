-- close_certificate_links: [write] give certificates of people who leave secrets that nobody has: no link opens them.
-- $1 citizen_id uuid[]  $2 at timestamptz
INSERT INTO certificate_links (event_id, certificate_number, citizen_id, secret, created_at)
SELECT o.event_id, o.certificate_number, o.citizen_id,
       substring(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) FOR 24), $2
FROM attendances a JOIN offsets o ON o.event_id = a.event_id AND o.citizen_id = a.citizen_id
WHERE a.citizen_id = ANY ($1::uuid[])
ON CONFLICT (event_id, certificate_number) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at
