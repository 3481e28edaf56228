-- Remembers of fans that they have had what they came for, so that a token from before a loss gives no place back.
-- KEYS  the ten of keys.lua
-- ARGV  1 number up to which their tokens are over; then the fans, at most 1000
-- Outcome  "barred"
--@include keys.lua
--@include places.lua
for i = 2, #ARGV do
  if ended_place(ARGV[i]) < tonumber(ARGV[1]) then redis.call('HSET', ENDED, ARGV[i], 'left:' .. ARGV[1]) end
end
return 'barred'
