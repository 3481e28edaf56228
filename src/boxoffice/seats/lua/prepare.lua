-- Make a performance ready for sale, or restore it from what the database has sold, where Redis knows nothing of it.
-- KEYS: those of seats.lua
-- ARGV: 1 epoch; 2 capacity; 3 number of runs; 4 layout; 5 bitmap of sold seats, of full length; 6 `fan n fan n ...`
-- Outcomes: prepared | already
--@include history.lua
--@include seats.lua
if call('EXISTS', META) == 1 then return {'already'} end
call('DEL', TAKEN, SOLD, HOLDS, PAYING, DATA, FAN_SEATS, FAN_HELD, LAYOUT, GAPS)
call('SET', LAYOUT, ARGV[4])
call('SET', TAKEN, ARGV[5])
call('SET', SOLD, ARGV[5])
for fan, n in string.gmatch(ARGV[6], '(%S+) (%d+)') do call('HSET', FAN_SEATS, fan, n) end
for run = 0, tonumber(ARGV[3]) - 1 do measure(run) end
call('HSET', META, 'epoch', ARGV[1], 'capacity', ARGV[2], 'version', 1, 'sold_version', 1,
     'history', history())
return {'prepared'}
