%% The least small integer divided by minus one grows into a big one.
-module(int_min_div_minus_one).
-export([main/0, id/1]).

main() ->
    Min = id(-(1 bsl 59)),
    {Min div -1, Min rem -1, -Min, Min - 1, abs(Min), Min * -1, Min div id(-1), Min rem id(-1),
     id(-(1 bsl 63)) div id(-1), id(-(1 bsl 63)) rem id(-1)}.

%% Hides a value from the compiler.
id(X) -> X.
