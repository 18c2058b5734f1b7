%% Options: []
%% Test: t1
%% erl:   t1: {{'EXIT',{badarg,[{erlang,binary_to_atom,[<<131,97,5>>],none},{fz_self,t1,0,11}]}},{'EXIT',{data_error,[{zlib,uncompress,1,none},{fz_self,t1,0,11}]}}}
-module(no_line_in_a_native).
-export([main/0]).

main() ->
    [fuzz_show:run(t1, fun t1/0)].

t1() ->
    {catch binary_to_atom(fuzz_show:id(<<131, 97, 5>>)), catch zlib:uncompress(fuzz_show:id(<<"x">>))}.
