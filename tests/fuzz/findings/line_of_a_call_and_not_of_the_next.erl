%% Options: []
%% Test: t1
%% erl:   t1: {error,badarg,[{erlang,binary_to_float,[<<49,101,53>>],none},{fz_self,t1,0,12}]}
-module(line_of_a_call_and_not_of_the_next).
-export([main/0]).

main() ->
    [fuzz_show:run(t1, fun t1/0)].

t1() ->
    begin
        V = binary_to_float(fuzz_show:id(<<"1e5">>)),
        math:tanh(V)
    end.
