-- find_certificate_entry: [read] the newest entry about a certificate: its last change, or its issue.
-- $1 certificate number text, or number:revision
SELECT position, kind, subject, body, leaf_hash, sealed_in, document FROM (
    SELECT l.* FROM log_entries l WHERE l.kind IN ('offset', 'offset_change') AND l.subject = $1
    UNION ALL
    -- A semicolon follows the colon in ASCII.
    SELECT l.* FROM log_entries l
    WHERE l.kind = 'offset_change' AND l.subject > $1 || ':' AND l.subject < $1 || ';'
) found ORDER BY position DESC LIMIT 1
