-- record_clock_offset: [write] record by how much a device's clock is wrong.
-- $1 device_id uuid  $2 clock_offset_ms bigint
UPDATE devices SET clock_offset_ms = $2 WHERE id = $1
