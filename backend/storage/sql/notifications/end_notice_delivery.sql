-- end_notice_delivery: [write] what became of a notice at WeChat. A refusal by the user ends every accept of theirs;
-- an accept that was used for a message that can never be sent is given back.
-- $1 citizen_id uuid  $2 notice_id uuid  $3 template text  $4 delivery text: inbox, sent, refused, failed
WITH ended AS (
    UPDATE notices SET delivery = $4 WHERE citizen_id = $1 AND id = $2 AND delivery IN ('waiting', 'sending')
    RETURNING (SELECT n.delivery FROM notices n WHERE n.citizen_id = $1 AND n.id = $2) AS before
)
UPDATE subscriptions SET
    accepts = CASE WHEN $4 = 'refused' THEN 0 ELSE least(accepts + 1, 1000) END,
    updated_at = now()
WHERE citizen_id = $1 AND template = $3
    AND ($4 = 'refused' OR $4 IN ('inbox', 'failed') AND EXISTS (SELECT FROM ended WHERE before = 'sending'))
