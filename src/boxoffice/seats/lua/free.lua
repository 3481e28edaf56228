-- The database has refunded a sale: its seats are free again, and off the fan's count.
-- KEYS: those of seats.lua
-- ARGV: 1 fan; 2 seats (packed)
-- Outcomes: freed, how many seats | unprepared
--@include seats.lua
if call('EXISTS', META) == 0 then return {'unprepared'} end
local n = 0
for _, first, last in groups(ARGV[2]) do
  for no = first, last do n = n + call('SETBIT', SOLD, no, 0) end
end
if n > 0 then
  vacate(ARGV[2])
  add(FAN_SEATS, ARGV[1], -n)
  call('HINCRBY', META, 'sold_version', 1)
  changed()
end
return {'freed', n}
