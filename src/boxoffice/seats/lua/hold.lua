-- Hold chosen seats for a fan who is inside, all or nothing. Lapsed holds are swept first.
-- KEYS: those of seats.lua; [11] queue policy HASH (phase); [12] queue active ZSET fan -> deadline in ms
-- ARGV: 1 now_ms or 0; 2 hold; 3 fan; 4 hold's life in ms; 5 seats a fan may have; 6 seats (packed); 7 how many
-- Outcomes: held, deadline_ms, epoch | unprepared | closed | not_admitted | limit, seats the fan has | taken, seat...
--@include clock.lua
--@include history.lua
--@include seats.lua
--@include entry.lua
local epoch = sure_epoch()
if not epoch then return {'unprepared'} end
local now = now_ms(ARGV[1])
local hold, fan, seats, count = ARGV[2], ARGV[3], ARGV[6], tonumber(ARGV[7])

local refused = refusal(KEYS[11], KEYS[12], fan, count, tonumber(ARGV[5]), now)
if refused then return refused end

local taken = {'taken'}
for _, first, last in groups(seats) do
  for no = first, last do
    if call('GETBIT', TAKEN, no) == 1 then taken[#taken + 1] = no end
  end
end
if #taken > 1 then return taken end

local deadline = now + tonumber(ARGV[4])
write_hold(hold, fan, deadline, seats, count)
return {'held', deadline, epoch}
