%% Options: []
%% Test: t1
%% erl:   t1: [{badarith,{erlang,'+',[a,1]}},{badarith,{erlang,'+',[1.5,{}]}},{badarith,{erlang,'+',[{},0]}},{badarith,{erlang,'div',[a,1]}},{badarith,{erlang,'div',[1.5,{}]}},{badarith,{erlang,'div',[{},0]}},{badarith,own_frame_first},{badarith,own_frame_first},{badarith,own_frame_first},{badarith,{erlang,'-',[a]}},-1.5,{badarith,{erlang,'-',[{}]}},{badarith,{erlang,'bnot',[a]}},{badarith,{erlang,'bnot',[1.5]}},{badarith,{erlang,'bnot',[{}]}}]
-module(operands_of_bad_arithmetic).
-export([main/0]).

main() ->
    [fuzz_show:run(t1, fun t1/0)].

t1() ->
    [first(F, fuzz_show:id(A), fuzz_show:id(B))
     || F <- [fun(X, Y) -> X + Y end, fun(X, Y) -> X div Y end, fun(X, Y) -> X / Y end, fun(X, _) -> -X end,
              fun(X, _) -> bnot X end],
        {A, B} <- [{a, 1}, {1.5, {}}, {{}, 0}]].

first(F, A, B) ->
    try F(A, B) of
        Value -> Value
    catch
        error:Reason:Trace -> {Reason, operands(Trace)}
    end.

operands([{Module, Name, Args, _} | _]) when is_list(Args) -> {Module, Name, Args};
operands(_) -> own_frame_first.
