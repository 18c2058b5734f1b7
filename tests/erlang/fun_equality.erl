%% Two funs are equal when they come from one place with equal environments.
-module(fun_equality).
-export([main/0, id/1]).

main() ->
    Make = fun(X) -> fun() -> X end end,
    {Make(id(1)) =:= Make(1), Make(1) =:= Make(2), Make(1) == Make(1.0), Make([a]) =:= Make([a]),
     fun() -> 1 end =:= fun() -> 1 end, #{Make(1) => found} =:= #{Make(1) => found},
     maps:get(Make({x}), #{Make({x}) => yes}), Make(1) < Make(2),
     erlang:phash2(Make(1)) =:= erlang:phash2(Make(1))}.

%% Hides a value from the compiler.
id(X) -> X.
