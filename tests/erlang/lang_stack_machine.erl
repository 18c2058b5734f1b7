%% An interpreter of a small stack language: maps, tuples and tail calls together.
-module(lang_stack_machine).
-export([main/0]).

main() ->
    Fact = [{push, 1}, {store, acc}, {store, n}, {label, loop}, {load, n}, {jz, done}, {load, acc}, {load, n},
        mul, {store, acc}, {load, n}, {push, 1}, sub, {store, n}, {jmp, loop}, {label, done}, {load, acc}],
    [run(Fact, [N]) || N <- [0, 1, 5, 20, 30]].

run(Code, Stack) -> Ls = maps:from_list([{L, I}
    || {I, {label, L}} <- lists:zip(lists:seq(1, length(Code)), Code)]),
    step(1, list_to_tuple(Code), Stack, #{}, Ls).

step(Pc, Code, [T | _], _, _) when Pc > tuple_size(Code) -> T;
step(Pc, Code, S, V, Ls) ->
    case {element(Pc, Code), S} of
        {{push, X}, _} -> step(Pc + 1, Code, [X | S], V, Ls);
        {{load, K}, _} -> step(Pc + 1, Code, [maps:get(K, V) | S], V, Ls);
        {{store, K}, [X | R]} -> step(Pc + 1, Code, R, V#{K => X}, Ls);
        {mul, [B, A | R]} -> step(Pc + 1, Code, [A * B | R], V, Ls);
        {sub, [B, A | R]} -> step(Pc + 1, Code, [A - B | R], V, Ls);
        {{jz, L}, [0 | R]} -> step(map_get(L, Ls), Code, R, V, Ls);
        {{jz, _}, [_ | R]} -> step(Pc + 1, Code, R, V, Ls);
        {{jmp, L}, _} -> step(map_get(L, Ls), Code, S, V, Ls);
        {{label, _}, _} -> step(Pc + 1, Code, S, V, Ls)
    end.
