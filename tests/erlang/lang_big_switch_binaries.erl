%% A choice among dozens of binary literals with common prefixes.
-module(lang_big_switch_binaries).
-export([main/0, id/1]).

main() ->
    [m(B) || B <- [id(<<"get">>), <<"gets">>, <<"getopt">>, <<"put">>, <<"post">>, <<"patch">>, <<"delete">>,
     <<"head">>, <<"options">>, <<"option">>, <<"trace">>, <<"connect">>, <<"content-type">>,
     <<"content-length">>, <<"content">>, <<"">>, <<"g">>, <<0>>, "get", get]].

m(<<"get">>) -> 1; m(<<"gets">>) -> 2; m(<<"getopt">>) -> 3; m(<<"put">>) -> 4; m(<<"post">>) -> 5;
m(<<"patch">>) -> 6; m(<<"delete">>) -> 7; m(<<"head">>) -> 8; m(<<"options">>) -> 9; m(<<"option">>) -> 10;
m(<<"trace">>) -> 11; m(<<"connect">>) -> 12; m(<<"content-type">>) -> 13; m(<<"content-length">>) -> 14;
m(<<"content", R/binary>>) -> {content, R}; m(<<>>) -> empty; m(<<C>>) -> {char, C};
m(<<"con", _/binary>>) -> con; m(X) -> {none, X}.

%% Hides a value from the compiler.
id(X) -> X.
