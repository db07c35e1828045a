-- The lease goes on if it is still ours.
-- KEYS: lease.  ARGV: token and name of the holder, how long it lasts (ms).  Gives 1, or 0.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
