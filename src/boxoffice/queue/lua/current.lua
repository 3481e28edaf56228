-- Says how the place of a queue token stands. From a fan who was called, asking is reporting: it marks them present.
-- KEYS  the ten of keys.lua
-- ARGV  1 now ms (0: the server's clock)  2 fan  3 number  4 epoch, both from the token
-- Outcomes  "unprepared"; "stale" (given out before Redis was lost) and "unknown" (a place that was lost): join again
--           and present the token; or a place (place_reply.lua) "waiting", "admitted", "expired" or "left"
--@include keys.lua
--@include clock.lua
--@include places.lua
--@include admission.lua
--@include place_reply.lua
local now, fan, number, epoch = now_ms(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local policy = read_policy()
if not policy then return {'unprepared'} end

local waiting = redis.call('ZSCORE', WAITING, fan)
if waiting and tonumber(waiting) == number then
  local front = read_front(now)
  if number <= front.calling then mark_present(fan, number, policy, now) end
  return place_reply('waiting', fan, number, 0, policy, now, 1, front)
end

local deadline = redis.call('ZSCORE', ACTIVE, fan)
if deadline and tonumber(redis.call('HGET', NUMBERS, fan)) == number then
  if tonumber(deadline) > now then
    return place_reply('admitted', fan, number, tonumber(deadline), policy, now, 1)
  end
  end_inside(fan, number, 'expire', 'expired', now)
end

-- Numbers of one fan only rise: an older tab's token is told how the newest ended place ended.
local ended, word = ended_place(fan)
if ended >= number then return place_reply(word, fan, number, 0, policy, now, 1) end
if epoch ~= policy.epoch then return {'stale'} end
return {'unknown'}
