-- Before a refund is committed: note what free.lua shall find unchanged afterwards.
-- KEYS: those of seats.lua
-- ARGV: none
-- Outcomes: noted, what | unprepared
--@include seats.lua
--@include comparisons.lua
local noted = comparisons()
if not noted then return {'unprepared'} end
return {'noted', noted}
