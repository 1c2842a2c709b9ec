-- extend_lease: [write] prolong a job's lease while it is done; no row when another worker has it by now.
-- $1 name text  $2 leased_by text  $3 lease_s float8
UPDATE jobs SET lease_until = now() + make_interval(secs => $3) WHERE name = $1 AND leased_by = $2 RETURNING name
