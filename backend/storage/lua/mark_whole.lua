-- mark_whole: say that every cell of an event has been written, unless some were lost since (Redis was emptied).
-- KEYS[1] cells hash   KEYS[2] ready flag   ARGV[1] number of cells written   ARGV[2] life of the flag in seconds
-- Returns 1 when the picture is whole.
if redis.call("HLEN", KEYS[1]) < tonumber(ARGV[1]) then
    return 0
end
redis.call("SET", KEYS[2], 1, "EX", ARGV[2])
return 1
