-- mark_reviews_booked: [write] reviews whose action is in the ledger now.
-- $1 … $3 reviews
UPDATE reviews r SET booked_at = new.booked_at
FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS new (citizen_id, id, booked_at)
WHERE r.citizen_id = new.citizen_id AND r.id = new.id
