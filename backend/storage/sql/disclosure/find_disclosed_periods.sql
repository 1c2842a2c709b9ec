-- find_disclosed_periods: [read] months, quarters and years that are released, and the day of the first event.
SELECT array(SELECT subject FROM disclosures WHERE kind IN ('month', 'quarter', 'year') AND corrects IS NULL) AS names,
       (SELECT min(created_at) FROM events WHERE state NOT IN ('draft', 'submitted', 'rejected')) AS first_at
