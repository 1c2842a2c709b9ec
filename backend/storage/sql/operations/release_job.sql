-- release_job: [write] give the lease of an interrupted job back, so that another worker does it at once.
-- $1 name text  $2 leased_by text
UPDATE jobs SET lease_until = NULL, leased_by = NULL WHERE name = $1 AND leased_by = $2 RETURNING name
