-- Gives places inside free, because the fans have what they came for.
-- KEYS  the ten of keys.lua
-- ARGV  1 now ms (0: the server's clock)  then the fans, at most 128
-- Outcomes, one for each fan  "unprepared"; "departed"; "outside" (was not inside, or no longer)
--@include keys.lua
--@include clock.lua
--@include places.lua
local now, prepared = now_ms(ARGV[1]), redis.call('EXISTS', POLICY) == 1

local function depart(fan)
  if not prepared then return 'unprepared' end
  local number = redis.call('HGET', NUMBERS, fan)
  if not number then return 'outside' end
  end_inside(fan, number, 'depart', 'left', now)
  return 'departed'
end

local answers = {}
for at = 2, #ARGV do answers[#answers + 1] = depart(ARGV[at]) end
return answers
