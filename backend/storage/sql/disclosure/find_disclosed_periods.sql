-- find_disclosed_periods: [read] months, quarters and years that are released, and when the platform began: with its first
-- account of staff or its first event, so that no year counts what none of its months does. NULL before the first event.
SELECT array(SELECT subject FROM disclosures WHERE kind IN ('month', 'quarter', 'year') AND corrects IS NULL) AS names,
       (SELECT least(min(created_at), (SELECT min(created_at) FROM staff))
        FROM events WHERE state NOT IN ('draft', 'submitted', 'rejected') HAVING count(*) > 0) AS first_at
