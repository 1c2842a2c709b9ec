-- create_notices: [write] tell citizens who have not left, once per kind and topic; where WeChat may take one to the phone, a task to
-- send it. The accepts are looked at here, so that a month's reports of a million citizens are not a million tasks.
-- $1 citizen_id uuid[]  $2 id uuid[]  $3 task_id uuid[]  $4 kind text  $5 topic_key text[]  $6 facts jsonb[]
-- $7 template text, null for what stays in the mini-program
WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $5::text[], $6::jsonb[])
        AS t (citizen_id, id, task_id, topic_key, facts)
    WHERE NOT EXISTS (SELECT FROM accounts a WHERE a.id = t.citizen_id AND a.erased_at IS NOT NULL)
), put AS (
    INSERT INTO notices (citizen_id, id, kind, topic_key, facts, delivery)
    SELECT citizen_id, id, $4, topic_key, facts, CASE WHEN EXISTS (
        SELECT FROM subscriptions s
        WHERE s.citizen_id = given.citizen_id AND s.template = $7::text AND s.accepts > 0
    ) THEN 'waiting' ELSE 'inbox' END
    FROM given
    ON CONFLICT DO NOTHING
    RETURNING citizen_id, id, delivery
), sending AS (
    INSERT INTO outbox (citizen_id, id, kind, topic_key, body)
    SELECT citizen_id, given.task_id, 'notice', id::text, jsonb_build_object('notice_id', id, 'template', $7::text)
    FROM put JOIN given USING (citizen_id, id)
    WHERE delivery = 'waiting'
    ON CONFLICT DO NOTHING
)
SELECT count(*) AS put FROM put
