%% Binaries and bitstrings as ~p and ~w print them.
-module(bin_printing).
-export([main/0, id/1]).

main() ->
    Bs = [id(<<>>), <<"abc">>, <<1, 2, 3>>, <<"tab\t">>, <<0>>, <<5:3>>, <<1, 5:3>>, <<"a", 1:1>>,
        <<"quote\"back\\">>, <<200, 201>>, <<"é"/utf8>>],
    io:format("~p~n~w~n", [Bs, Bs]),
    [lists:flatten(io_lib:format("~p|~w", [B, B])) || B <- Bs].

%% Hides a value from the compiler.
id(X) -> X.
