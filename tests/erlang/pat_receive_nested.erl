%% Receives within receives take messages by pattern, out of order.
-module(pat_receive_nested).
-export([main/0]).

main() ->
    [self() ! M || M <- [{c, 3}, {b, 2}, {a, 1}, {b, 4}, done]],
    {receive
         {a, X} -> receive {b, Y} when Y > X -> receive {c, Z} -> [X, Y, Z] end end
     end, receive {b, W} -> W end, receive M -> M end, receive _ -> extra after 0 -> empty end}.
