-- read_blacklisted_namesakes: [read] of some names those that an organisation on the black list has today, however they are
-- spaced and cased.
-- $1 name text[]
SELECT n.name, o.code, b.entry_id, b.reason
FROM unnest($1::text[]) AS n (name)
JOIN organisations o ON lower(regexp_replace(n.name, '\s', '', 'g'))
    IN (lower(regexp_replace(o.name_zh, '\s', '', 'g')), lower(regexp_replace(o.name_en, '\s', '', 'g')))
JOIN blacklisted_organisations b ON b.organisation_id = o.id
ORDER BY b.entry_id
