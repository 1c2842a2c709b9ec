-- swap_board: put a finished draft of a leaderboard in the board's place, if Redis still holds the whole of it.
-- KEYS[1] draft   KEYS[2] board   KEYS[3] when it was counted   ARGV[1] entries   ARGV[2] as_of   ARGV[3] seconds to live
-- Returns 1 when the board is in place, 0 when Redis was emptied since the draft was begun.
if redis.call("ZCARD", KEYS[1]) ~= tonumber(ARGV[1]) then
    return 0
end
-- RENAME would free the old board at once, and everybody would wait for a hundred thousand entries.
redis.call("UNLINK", KEYS[2])
if redis.call("EXISTS", KEYS[1]) == 1 then
    redis.call("RENAME", KEYS[1], KEYS[2])
    redis.call("EXPIRE", KEYS[2], ARGV[3])
end
redis.call("SET", KEYS[3], ARGV[2], "EX", ARGV[3])
return 1
