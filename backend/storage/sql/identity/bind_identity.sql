-- bind_identity: [write] bind an identity to a citizen; no row where somebody has it already, who may be the same one.
-- $1 provider text  $2 subject text  $3 citizen_id uuid  $4 sealed bytea  $5 sealed_with text (of an address, else null)
INSERT INTO identities (provider, subject, citizen_id, sealed, sealed_with) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT ON CONSTRAINT identities_pkey DO NOTHING RETURNING citizen_id
