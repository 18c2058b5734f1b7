%% Maps built by syntax, from variables, updated by => and :=.
-module(map_build_update).
-export([main/0, id/1]).

main() ->
    M = #{a => 1, id(b) => 2, "c" => id(3)}, N = M#{a := 10, d => 4}, K = id({k, 1}),
    {M, N, M#{}, (M#{x => 1})#{x := 2}, M#{K => v}, #{K => 1, K => 2}, map_size(N), #{1 => a, 1.0 => b},
     (id(#{}))#{z => #{y => #{x => 1}}}, M =:= maps:without([d], N#{a := 1})}.

%% Hides a value from the compiler.
id(X) -> X.
