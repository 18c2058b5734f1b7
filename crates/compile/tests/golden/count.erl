%% Calls: the function, what is behind its call, room for its frame.
-module(count).
-export([count/1]).
count([_ | Rest]) -> 1 + count(Rest);
count([]) -> 0.
