-- The lease is given back if it is still ours.
-- KEYS: lease.  ARGV: token and name of the holder.  Gives 1, or 0.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
