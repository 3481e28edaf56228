-- Drop holds whose deadline has come.
-- KEYS: those of seats.lua
-- ARGV: 1 now_ms or 0; 2 how many at most
-- Outcomes: swept, how many
--@include clock.lua
--@include seats.lua
return {'swept', sweep(now_ms(ARGV[1]), tonumber(ARGV[2]))}
