-- take_quota: take one of every quota, or of none when one of them is used up; answers 0, or the seconds until all have some again.
-- KEYS[…] the counts  ARGV[…] for each key the seconds of its window and the most that may be taken in one
local wait_s = 0
for number, key in ipairs(KEYS) do
    if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[2 * number]) then
        wait_s = math.max(wait_s, redis.call('TTL', key), 1)
    end
end
if wait_s > 0 then
    return wait_s
end
for number, key in ipairs(KEYS) do
    if redis.call('INCR', key) == 1 then
        redis.call('EXPIRE', key, ARGV[2 * number - 1])
    end
end
return 0
