-- Ends the place of a queue token, outside or inside, for good: presenting the token again gives a new number.
-- KEYS  the ten of keys.lua
-- ARGV  1 now ms (0: the server's clock)  2 fan  3 number from the token
-- Outcomes  "unprepared"; "left"; "gone" (the place had ended before)
--@include keys.lua
--@include clock.lua
--@include places.lua
local now, fan, number = now_ms(ARGV[1]), ARGV[2], tonumber(ARGV[3])
if redis.call('EXISTS', POLICY) == 0 then return 'unprepared' end

if tonumber(redis.call('ZSCORE', WAITING, fan) or nil) == number then
  drop_waiting(fan)
  redis.call('HSET', ENDED, fan, 'left:' .. ARGV[3])
  write_log('leave', fan, number, now)
  return 'left'
end
local deadline = tonumber(redis.call('ZSCORE', ACTIVE, fan) or nil)
if deadline and tonumber(redis.call('HGET', NUMBERS, fan)) == number then
  if deadline > now then
    end_inside(fan, number, 'leave', 'left', now)
    return 'left'
  end
  end_inside(fan, number, 'expire', 'expired', now)
  return 'gone'
end
if ended_place(fan) < number then redis.call('HSET', ENDED, fan, 'left:' .. ARGV[3]) end
return 'gone'
