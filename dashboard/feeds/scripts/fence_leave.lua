-- Whoever held this shard appends no more; the token stays, so that no earlier one gets in.
-- KEYS: fence of the shard.  ARGV: token and name of the holder, token of nobody.  Gives 1, or 0.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
