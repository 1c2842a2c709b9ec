DROP TABLE IF EXISTS event_documents, event_steps, event_budgets;
ALTER TABLE events
    DROP COLUMN IF EXISTS agency, DROP COLUMN IF EXISTS template, DROP COLUMN IF EXISTS is_demonstration,
    DROP COLUMN IF EXISTS expected_people, DROP COLUMN IF EXISTS target_pct, DROP COLUMN IF EXISTS plan,
    DROP COLUMN IF EXISTS neutralises, DROP COLUMN IF EXISTS neutrality_scope, DROP COLUMN IF EXISTS evaluation;
