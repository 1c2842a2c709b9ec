-- remove_old_security_records: [write] remove records of 180 days ago and older, by the owner's function: the application
-- may delete none.
-- $1 rows at most int
SELECT remove_old_security_records($1) AS removed
