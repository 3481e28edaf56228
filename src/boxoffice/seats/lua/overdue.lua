-- The claimed holds whose grace is over, longest first: did their payments commit?
-- KEYS: those of seats.lua
-- ARGV: 1 now_ms or 0; 2 how many at most
-- Outcomes: overdue, (hold, record)...
--@include clock.lua
--@include seats.lua
local answer = {'overdue'}
for _, hold in ipairs(call('ZRANGEBYSCORE', PAYING, '-inf', now_ms(ARGV[1]), 'LIMIT', 0, ARGV[2])) do
  local record = call('HGET', DATA, hold)
  if record then
    answer[#answer + 1] = hold
    answer[#answer + 1] = record
  else
    call('ZREM', PAYING, hold)
  end
end
return answer
