-- apply_cells: bring cells of an event's live picture up to date, and the sums over them.
-- A cell comes with its revision and absolute values, so the script may run twice, late, or in any order.
-- KEYS[1] cells hash: "gate:minute" → "revision,v1,…,v7"
-- KEYS[2] sums hash: "all", "g<gate>", "m<minute>" → "v1,…,v7"
-- KEYS[3] ready flag: set once all cells of the event have been written
-- ARGV[1] channel to wake listeners on   ARGV[2…] ten numbers a cell: gate, minute, revision, v1 … v7
-- Returns 1 when the picture is whole, 0 when it must be rebuilt (Redis was emptied).
local WIDTH = 7

local function split(text)
    local numbers = {}
    for number in string.gmatch(text, "[^,]+") do
        numbers[#numbers + 1] = tonumber(number)
    end
    return numbers
end

local function join(numbers)
    local texts = {}
    for i = 1, #numbers do
        texts[i] = string.format("%.0f", numbers[i])
    end
    return table.concat(texts, ",")
end

local gains = {}
local function gain(field, delta)
    local sum = gains[field]
    if not sum then
        sum = {0, 0, 0, 0, 0, 0, 0}
        gains[field] = sum
    end
    for i = 1, WIDTH do
        sum[i] = sum[i] + delta[i]
    end
end

local changed = false
for at = 2, #ARGV, 3 + WIDTH do
    local gate, minute, revision = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
    local field = gate .. ":" .. minute
    local kept = redis.call("HGET", KEYS[1], field)
    local old = kept and split(kept) or {0, 0, 0, 0, 0, 0, 0, 0}
    if revision > old[1] then
        local new, delta = {revision}, {}
        for i = 1, WIDTH do
            new[i + 1] = tonumber(ARGV[at + 2 + i])
            delta[i] = new[i + 1] - old[i + 1]
        end
        redis.call("HSET", KEYS[1], field, join(new))
        gain("all", delta)
        gain("g" .. gate, delta)
        gain("m" .. minute, delta)
        changed = true
    end
end

for field, delta in pairs(gains) do
    local kept = redis.call("HGET", KEYS[2], field)
    local sum = kept and split(kept) or {0, 0, 0, 0, 0, 0, 0}
    for i = 1, WIDTH do
        sum[i] = sum[i] + delta[i]
    end
    redis.call("HSET", KEYS[2], field, join(sum))
end

-- A week after its last change an event leaves Redis; the flag goes first, so a half picture is never whole.
redis.call("EXPIRE", KEYS[1], 604800)
redis.call("EXPIRE", KEYS[2], 604800)
redis.call("EXPIRE", KEYS[3], 604000)

if changed then
    redis.call("PUBLISH", ARGV[1], "changed")
end
return redis.call("EXISTS", KEYS[3])
