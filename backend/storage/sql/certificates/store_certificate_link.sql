-- store_certificate_link: [write] keep the secret of a holder's new link; the one before opens nothing any more.
-- $1 event_id uuid  $2 certificate number text  $3 citizen_id uuid  $4 secret bytea  $5 at timestamptz
INSERT INTO certificate_links (event_id, certificate_number, citizen_id, secret, created_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (event_id, certificate_number) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at
