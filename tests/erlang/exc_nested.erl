%% try within try within after: each handler sees its own exception.
-module(exc_nested).
-export([main/0, id/1]).

main() ->
    {nest(id(5)), try
         try try throw(1) catch throw:1 -> throw(2) end catch throw:2 -> throw(3) end
     catch throw:N -> N
     after
         put(inner, try error(z) catch _:Z -> Z after put(y, 1) end)
     end, lists:sort(erase())}.

nest(0) -> throw(bottom);
nest(N) ->
    try nest(N - 1) catch throw:X -> {N, X} after put({N, seen}, true) end.

%% Hides a value from the compiler.
id(X) -> X.
