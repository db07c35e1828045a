-- Tokens go on behind one that a shard has seen, should their count have been lost.
-- KEYS: token.  ARGV: the token that was seen.
if tonumber(redis.call('GET', KEYS[1]) or 0) < tonumber(ARGV[1]) then redis.call('SET', KEYS[1], ARGV[1]) end
return 1
