-- Which seats are taken. Lapsed holds are swept first, so that the picture is right even where no tick runs.
-- KEYS: those of seats.lua
-- ARGV: 1 now_ms or 0; 2 how many holds to sweep at most
-- Outcomes: seats, version, bitmap | unprepared
--@include clock.lua
--@include seats.lua
if call('EXISTS', META) == 0 then return {'unprepared'} end
sweep(now_ms(ARGV[1]), tonumber(ARGV[2]))
return {'seats', tonumber(call('HGET', META, 'version')), call('GET', TAKEN) or ''}
