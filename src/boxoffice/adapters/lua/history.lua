-- Which history this server writes. A replica that is promoted and a server that is started begin a new one, and it may
-- lack the last of what the server before it had answered.
local function history()
  return string.match(redis.call('INFO', 'replication'), 'master_replid:(%x+)')
end
