-- 0031, taken back. Seeds, documents and digests stay: certificates that were signed with them are checked by them.
DROP FUNCTION IF EXISTS forget_journey(uuid, uuid, bytea, bytea, bytea);
