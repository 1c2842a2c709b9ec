-- begin_notice_delivery: [write] what is to be sent to whom, and one accept of theirs used for it. An attempt after
-- the first finds the accept used already (delivery is 'sending') and uses no second one. Without an accept, an
-- identity at WeChat or a consent that holds now `openid` or `may_send` says so.
-- $1 citizen_id uuid  $2 notice_id uuid  $3 template text  $4 scope text  $5 policy_version text[] that hold
WITH consent AS (
    SELECT coalesce((
        SELECT is_granted AND policy_version = ANY ($5::text[]) FROM consents
        WHERE citizen_id = $1 AND scope = $4 ORDER BY revision DESC LIMIT 1
    ), false) AS is_given
), notice AS (
    SELECT kind, facts, delivery FROM notices
    WHERE citizen_id = $1 AND id = $2 AND delivery IN ('waiting', 'sending') FOR UPDATE
), used AS (
    UPDATE subscriptions s SET accepts = accepts - 1, updated_at = now()
    FROM notice, consent WHERE is_given AND s.citizen_id = $1 AND s.template = $3 AND s.accepts > 0 AND delivery = 'waiting'
    RETURNING 1
), begun AS (
    UPDATE notices n SET delivery = 'sending'
    WHERE n.citizen_id = $1 AND n.id = $2 AND n.delivery = 'waiting' AND EXISTS (SELECT FROM used)
)
SELECT kind, facts, is_given AND (delivery = 'sending' OR EXISTS (SELECT FROM used)) AS may_send,
    (SELECT subject FROM identities WHERE citizen_id = $1 AND provider = 'wechat' LIMIT 1) AS openid,
    (SELECT language FROM subscriptions WHERE citizen_id = $1 AND template = $3) AS language
FROM notice, consent
