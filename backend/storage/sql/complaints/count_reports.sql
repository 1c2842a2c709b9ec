-- count_reports: [read] reports of the last hour, and those about one claim.
-- $1 since timestamptz  $2 about text  $3 subject text
SELECT count(*) AS reports, count(*) FILTER (WHERE about = $2 AND subject = $3) AS of_claim
FROM complaints WHERE code_hash IS NOT NULL AND received_at > $1
