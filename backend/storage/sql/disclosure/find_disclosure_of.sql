-- find_disclosure_of: [read] the first release of a subject for a period.
-- $1 kind text  $2 subject text  $3 period_from date  $4 period_to date
SELECT number FROM disclosures
WHERE corrects IS NULL AND kind = $1 AND subject = $2 AND period_from = $3 AND period_to = $4
