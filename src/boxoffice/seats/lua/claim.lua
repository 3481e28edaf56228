-- Payments claim holds, which then cannot lapse under them. Two tabs may claim: `claims` counts them.
-- KEYS: those of seats.lua
-- ARGV: 1 now_ms or 0; then for each claim, of which there are at most 128: hold; fan; grace in ms, after which
--       reconciliation looks at the hold
-- Outcomes, one for each claim: claimed, seats | unprepared, now_ms | unknown, now_ms, epoch (empty where the hold may
--           have been lost in a failover) | not_yours | lapsed
--@include clock.lua
--@include history.lua
--@include seats.lua
local now = now_ms(ARGV[1])
local meta = call('HMGET', META, 'epoch', 'history')

local function claim(hold, by, grace)
  if not meta[1] then return {'unprepared', now} end
  local record = call('HGET', DATA, hold)
  if not record then return {'unknown', now, meta[2] == history() and meta[1] or ''} end
  local fan, _, deadline, claims, seats = fields(record)
  if fan ~= by then return {'not_yours'} end
  if deadline <= now then return {'lapsed'} end
  call('ZREM', HOLDS, hold)
  call('ZADD', PAYING, string.format('%.0f', now + tonumber(grace)), hold)
  call('HSET', DATA, hold, record_of(fan, 'paying', deadline, claims + 1, seats))
  return {'claimed', seats}
end

local answers = {}
for at = 2, #ARGV, 3 do answers[#answers + 1] = claim(ARGV[at], ARGV[at + 1], ARGV[at + 2]) end
return answers
