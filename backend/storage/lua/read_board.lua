-- read_board: a page of a leaderboard and one entry's own place, as of one moment.
-- KEYS[1] board   KEYS[2] when it was counted   ARGV[1] first position   ARGV[2] last position   ARGV[3] own entry
-- Returns {} for a board that is not there, else {as_of, entries, above the page, own score or "", above it, below it,
-- {entry, score, …}}.
local as_of = redis.call("GET", KEYS[2])
if not as_of then
    return {}
end
local page = redis.call("ZREVRANGE", KEYS[1], ARGV[1], ARGV[2], "WITHSCORES")
local above = 0
if page[2] then
    above = redis.call("ZCOUNT", KEYS[1], "(" .. page[2], "+inf")
end
local own = redis.call("ZSCORE", KEYS[1], ARGV[3])
local above_own, below_own = 0, 0
if own then
    above_own = redis.call("ZCOUNT", KEYS[1], "(" .. own, "+inf")
    below_own = redis.call("ZCOUNT", KEYS[1], "-inf", "(" .. own)
end
return {as_of, redis.call("ZCARD", KEYS[1]), above, own or "", above_own, below_own, page}
