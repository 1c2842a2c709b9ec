-- count_failure: count a failure under each key; a key is forgotten so long after its first failure, however many follow.
-- KEYS[…] the counts  ARGV[1] seconds until a count is forgotten
for _, key in ipairs(KEYS) do
    if redis.call('INCR', key) == 1 then
        redis.call('EXPIRE', key, ARGV[1])
    end
end
