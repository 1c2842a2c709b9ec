-- bind_replacement_badges: [write] bind new badges to the citizens who joined with those that they replace, after
-- store_replacement_badges and with the event's row locked: no scan of an old badge is under way any more.
-- $1 event_id uuid  $2 serial int[] (those replaced)
UPDATE badges new SET holder_serial = a.badge_serial
FROM badges old
JOIN attendances a ON a.event_id = old.event_id AND a.badge_serial = coalesce(old.holder_serial, old.serial)
WHERE old.event_id = $1 AND old.serial = ANY ($2::int[])
  AND new.event_id = old.event_id AND new.serial = old.reissued_as
RETURNING new.serial
