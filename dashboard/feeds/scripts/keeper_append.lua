-- What the keeper wants is appended to one shard, together with how far it has read there, all or nothing.
-- KEYS: fence, cursor, stream of the shard.  ARGV: token and name of the holder, cursor or '', reports.
-- Gives 1, or 0 when the fence is somebody else's.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
for i = 3, #ARGV do
  redis.call('XADD', KEYS[3], '*', 'event', ARGV[i])
end
if ARGV[2] ~= '' then redis.call('SET', KEYS[2], ARGV[2]) end
return 1
