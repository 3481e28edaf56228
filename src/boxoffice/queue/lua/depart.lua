-- Gives a fan's place inside free, because they have what they came for.
-- KEYS  the ten of keys.lua
-- ARGV  1 now ms (0: the server's clock)  2 fan
-- Outcomes  "unprepared"; "departed"; "outside" (was not inside, or no longer)
--@include keys.lua
--@include clock.lua
--@include places.lua
local now, fan = now_ms(ARGV[1]), ARGV[2]
if redis.call('EXISTS', POLICY) == 0 then return 'unprepared' end
local number = redis.call('HGET', NUMBERS, fan)
if not number then return 'outside' end
end_inside(fan, number, 'depart', 'left', now)
return 'departed'
