-- The database has refunded a sale: its seats are free again, and off the fan's count.
-- It may come late: a comparison with the database has freed them by then, and somebody else has bought them. So it
-- touches nothing where a comparison freed anything since the refund began.
-- KEYS: those of seats.lua
-- ARGV: 1 fan; 2 seats (packed); 3 what note.lua said before the commit ('' where it did not answer)
-- Outcomes: freed, how many seats | late | unprepared
--@include seats.lua
--@include comparisons.lua
local now = comparisons()
if not now then return {'unprepared'} end
if now ~= ARGV[3] then return {'late'} end
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
