-- create_message_acceptance: [write] one more message of a template that a citizen lets WeChat deliver; more than a
-- thousand are not kept.
-- $1 citizen_id uuid  $2 template text  $3 language text
INSERT INTO subscriptions (citizen_id, template, accepts, language) VALUES ($1, $2, 1, $3)
ON CONFLICT (citizen_id, template) DO UPDATE
SET accepts = least(subscriptions.accepts + 1, 1000), language = excluded.language, updated_at = now()
RETURNING accepts
