%% Funs in lists, maps, tuples and records, called from there.
-module(fun_in_data).
-export([main/0, id/1]).

-record(op, {name, f}).

main() ->
    Ops = #{'+' => fun(A, B) -> A + B end, '-' => fun erlang:'-'/2, max => fun max/2},
        R = #op{name = sq, f = fun(X) -> X * X end},
    {(maps:get('+', Ops))(1, 2), (maps:get('-', Ops))(id(5), 3), (R#op.f)(9),
     [F(10, 20) || {_, F} <- lists:sort(maps:to_list(Ops))], (element(2, {a, fun(Z) -> Z end}))(id(z)),
      (hd([fun() -> first end]))()}.

max(A, B) when A > B -> {larger, A};
max(_, B) -> {larger, B}.

%% Hides a value from the compiler.
id(X) -> X.
