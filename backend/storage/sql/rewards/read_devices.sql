-- read_devices: [read] devices of merchants, and how many vouchers each verified.
-- $1 merchant_id uuid[]
SELECT d.id, d.merchant_id, d.name, d.created_at, d.revoked_at,
       (SELECT count(*) FROM verifications k WHERE k.device_id = d.id) AS verifications
FROM merchant_devices d
WHERE d.merchant_id = ANY ($1::uuid[])
ORDER BY d.id
