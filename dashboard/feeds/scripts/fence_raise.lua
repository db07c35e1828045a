-- From here on nobody with an earlier token appends to this shard.
-- KEYS: fence of the shard.  ARGV: token, token and name of the holder.  Gives 0, or the later token that was here.
local held = redis.call('GET', KEYS[1])
local later = held and tonumber(string.match(held, '^%d+'))
if later and later > tonumber(ARGV[1]) then return later end
redis.call('SET', KEYS[1], ARGV[2])
return 0
