%% Records: defaults, update, match, nested, is_record, info, wrong records.
-module(lang_records).
-export([main/0, id/1]).

-record(addr, {city = "x", zip}).
-record(person, {name, age = 18, addr = #addr{}}).

main() ->
    P = #person{name = id("ann")}, Q = P#person{age = 30, addr = (P#person.addr)#addr{zip = 99}},
    {P, Q, Q#person.addr#addr.zip, #person.age, record_info(fields, person), record_info(size, addr),
     [f(X) || X <- [P, Q, #addr{}, {person, 1, 2}, x]], is_record(P, person), is_record({person}, person),
      #person{_ = z}, [N || #person{name = N, age = A} <- [P, Q], A > 20],
      trace(fun() -> (id({other, 1}))#person.name end), trace(fun() -> (id(x))#person{age = 1} end),
      e(fun() -> #person{age = 99} = id(P) end)}.

f(#person{age = A, addr = #addr{zip = Z}}) when Z =/= undefined -> {zip, A, Z};
f(#person{age = 18}) -> eighteen;
f(R) when is_record(R, addr) -> addr;
f(_) -> other.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% As e/1, with the frames of this module and whether the top one carries error info.
trace(F) ->
    try F() of
        V -> {ok, V}
    catch
        C:R:S -> {C, R, top(S), [{N, arity(A), proplists:get_value(line, I)} || {?MODULE, N, A, I} <- S]}
    end.

top([{M, F, A, I} | _]) -> {M, F, A, proplists:get_value(error_info, I, none)}.

arity(A) when is_list(A) -> length(A);
arity(A) -> A.

%% Hides a value from the compiler.
id(X) -> X.
