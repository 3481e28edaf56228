-- Whether Redis and the database agreed when they were last compared, and nothing was sold or freed since.
-- KEYS: those of seats.lua
-- ARGV: none
-- Outcomes: versions, sold_version, what was agreed (or empty) | unprepared
--@include seats.lua
local version = call('HGET', META, 'sold_version')
if not version then return {'unprepared'} end
return {'versions', tonumber(version), call('HGET', META, 'agreed') or ''}
