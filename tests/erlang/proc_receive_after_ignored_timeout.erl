%% A message that matches is taken even when the timeout is zero or invalid is not reached.
-module(proc_receive_after_ignored_timeout).
-export([main/0]).

main() ->
    self() ! hello,
    {receive hello -> got after 0 -> no end, receive hello -> again after 0 -> gone end, begin self() ! {a, 1},
     self() ! {b, 2}, receive {b, X} -> X after 0 -> none end end, receive {a, Y} -> Y after 0 -> none end}.
