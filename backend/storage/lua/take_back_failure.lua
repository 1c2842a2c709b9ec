-- take_back_failure: one less under each key that still counts something; when it is forgotten stays as it was.
-- KEYS[…] the counts
for _, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') > 0 then
        redis.call('DECR', key)
    end
end
