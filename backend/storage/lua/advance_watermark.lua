-- advance_watermark: remember the newest watermark of a citizen's steps, unless a newer one is known.
-- KEYS[1] the watermark   ARGV[1] Unix seconds   ARGV[2] life in seconds
-- Returns 1 when it is as new as any; the same one again is (a phone repeats), and running this twice changes nothing.
local last = tonumber(redis.call("GET", KEYS[1]) or "0")
if tonumber(ARGV[1]) < last then
    return 0
end
redis.call("SET", KEYS[1], ARGV[1], "EX", ARGV[2])
return 1
