-- verify_voucher: [write] take a voucher of a merchant, once. Returns no row when it is not to be had.
-- $1 code text  $2 merchant_id uuid  $3 device uuid  $4 now timestamptz
UPDATE vouchers v SET state = 'used', used_at = $4, used_by = $3
WHERE v.code = $1 AND v.merchant_id = $2 AND v.state = 'issued' AND v.expires_at > $4
RETURNING v.citizen_id, v.redemption_id
