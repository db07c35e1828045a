-- The lease is taken by force: for whoever writes a past, in which nobody else may act.
-- KEYS: lease, token.  ARGV: name of the holder, how long it lasts (ms).  Gives the token.
local token = redis.call('INCR', KEYS[2])
redis.call('SET', KEYS[1], token .. ':' .. ARGV[1], 'PX', ARGV[2])
return token
