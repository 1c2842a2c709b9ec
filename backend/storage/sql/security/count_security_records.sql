-- count_security_records: [read] how often each kind of event happened in each stretch of time, oldest first.
-- $1 since timestamptz  $2 until timestamptz  $3 length of a stretch interval
SELECT kind, date_bin($3::interval, at, $1) AS since, sum(occurrences)::bigint AS occurrences
FROM security_records WHERE at >= $1 AND at < $2
GROUP BY 1, 2 ORDER BY 2, 1
