%% One program: a module of small test functions and the functions that they call, as text. The same
%% seed gives the same text, whatever the machine.
-module(fuzz_gen).

-export([program/3]).

-import(fuzz_pick, [n/1, one/1, chance/1, weighted/1, range/2, fresh/1]).
-import(fuzz_expr, [e/3, body/3, bind/3]).

-define(FUEL_TEST, 70).
-define(FUEL_HELPER, 30).

%% Mode: code | terms.
-spec program(atom(), integer(), code | terms) -> iolist().
program(Name, Seed, Mode) ->
    ok = fuzz_pick:seed(Seed),
    {Helpers, Tests} =
        case Mode of
            code -> code();
            terms -> {[], fuzz_term:tests(range(2, 4))}
        end,
    ["-module(", atom_to_list(Name), ").\n-export([main/0]).\n-compile([export_all, nowarn_export_all]).\n\n",
     "-record(r1, {a, b = 1, c = [], d}).\n-record(r2, {x = 0, y = 0}).\n\n",
     "main() ->\n    [", lists:join(",\n     ", [["fuzz_show:run(", T, ", fun ", T, "/0)"] || {T, _} <- Tests]),
     "].\n\n", [Text || {_, Text} <- Tests], Helpers].

code() ->
    {Helpers, Env} = helpers(range(2, 5), #{vars => [], funs => []}),
    Tests = [test(lists:concat(["t", I]), Env) || I <- lists:seq(1, range(4, 8))],
    {Helpers, Tests}.

test(Name, Env) ->
    fuzz_pick:refuel(?FUEL_TEST),
    Text = case chance(18) of
               true -> ["fuzz_show:alone(fun() ->\n    ", fuzz_process:test(Env), " end)"];
               false -> body(fuzz_expr:type(), range(3, 6), Env)
           end,
    {Name, [Name, "() ->\n    ", Text, ".\n\n"]}.

helpers(0, Env) -> {[], Env};
helpers(N, Env) ->
    fuzz_pick:refuel(?FUEL_HELPER),
    {Text, Signature} = helper(fresh("h"), Env),
    {Texts, Env1} = helpers(N - 1, Env#{funs := [Signature | maps:get(funs, Env)]}),
    {[Text | Texts], Env1}.

helper(Name, Env) ->
    weighted(
      [{5, fun() -> plain(Name, Env) end},
       {2, fun() -> counting(Name, Env) end},
       {2, fun() -> walking(Name, Env) end},
       {2, fun() -> parsing(Name, Env) end},
       {1, fun() -> mutual(Name, Env) end},
       {1, fun() -> switch(Name, Env) end}]).

%% Clauses with patterns and guards; the last may or may not take everything.
plain(Name, Env) ->
    Types = [fuzz_expr:type() || _ <- lists:seq(1, n(4) - 1)],
    Ret = fuzz_expr:type(),
    Clauses = [clause(Name, Types, Ret, 2, Env) || _ <- lists:seq(1, n(3))],
    Last = case Types =:= [] orelse chance(70) of
               true -> [general(Name, Types, Ret, Env)];
               false -> []
           end,
    All = case Types of
              [] -> Last;
              _ -> Clauses ++ Last
          end,
    {[lists:join(";\n", All), ".\n\n"], {Name, Types, Ret}}.

clause(Name, Types, Ret, D, Env) ->
    {Ps, Env1} = fuzz_pattern:patterns(Types, 2, Env),
    [Name, "(", lists:join(", ", Ps), ")", fuzz_pattern:guard(Env1), " ->\n    ", body(Ret, D, Env1)].

general(Name, Types, Ret, Env) ->
    Named = [{fresh("A"), T} || T <- Types],
    Env1 = lists:foldl(fun({V, T}, E) -> bind(V, T, E) end, Env, Named),
    [Name, "(", lists:join(", ", [V || {V, _} <- Named]), ") ->\n    ", body(Ret, 3, Env1)].

%% Recursion over a small number, with an accumulator or on the stack.
counting(Name, Env) ->
    T = one([int, any, list, bits, float, tuple]),
    N = fresh("N"),
    A = fresh("A"),
    Env1 = bind(N, size, bind(A, T, Env)),
    Again = [Name, "(", N, " - 1, ", e(T, 2, Env1), ")"],
    Step = one([Again, Again, ["{", Again, ", ", e(any, 1, Env1), "}"], ["[", e(any, 1, Env1), " | ", Again, "]"],
                ["try ", Again, " catch throw:X -> {x, X, ", e(any, 1, Env1), "} end"],
                ["case ", Again, " of ", fresh("_Z"), " when ", fuzz_pattern:guard_expr(Env1), " -> ", e(T, 1, Env1), "; Y -> Y end"]]),
    {[Name, "(0, ", A, ") ->\n    ", A, ";\n", Name, "(", N, ", ", A, ") when is_integer(", N, "), ", N, " > 0, ", N,
      " < 20 ->\n    ", Step, ".\n\n"], {Name, [size, T], T}}.

%% Recursion over a list.
walking(Name, Env) ->
    T = one([int, any, list, bits]),
    A = fresh("A"),
    {P, Env0} = fuzz_pattern:pattern(any, 2, Env),
    Env1 = bind(A, T, Env0),
    Tail = fresh("T"),
    Env2 = bind(Tail, list, Env1),
    {[Name, "([], ", A, ") ->\n    ", A, ";\n",
      Name, "([", P, " | ", Tail, "], ", A, ")", fuzz_pattern:guard(Env1), " ->\n    ", Name, "(", Tail, ", ", e(T, 2, Env2), ");\n",
      Name, "([_ | ", Tail, "], ", A, ") ->\n    ", one([[Name, "(", Tail, ", ", A, ")"], ["[", A, " | ", Name, "(", Tail, ", ", A, ")]"]]), ".\n\n"],
     {Name, [list, T], T}}.

%% Recursion over a bitstring: the context of matching is reused from call to call.
parsing(Name, Env) ->
    A = fresh("A"),
    X = fresh("X"),
    R = fresh("R"),
    T = one([list, int, bits, any]),
    Env1 = bind(X, int, bind(A, T, Env)),
    Head = one([":8", ":1", ":3", ":16/little", ":7/signed", ":12", "/utf8", ":8/signed"]),
    Head2 = one([":4", ":2", ":5/signed", ":1"]),
    {[Name, "(<<", X, Head, ", ", R, "/bitstring>>, ", A, ")", fuzz_pattern:guard(Env1), " ->\n    ", Name, "(", R, ", ", e(T, 2, Env1), ");\n",
      Name, "(<<", X, Head2, ", ", R, "/bitstring>>, ", A, ") ->\n    ",
      one([[Name, "(", R, ", ", e(T, 2, Env1), ")"], ["{", X, ", ", Name, "(", R, ", ", A, ")}"]]), ";\n",
      Name, "(", R, ", ", A, ") ->\n    {", R, ", ", A, "}.\n\n"], {Name, [bits, T], any}}.

mutual(Name, Env) ->
    A = fresh("A"),
    N = fresh("N"),
    Env1 = bind(N, size, bind(A, any, Env)),
    Other = Name ++ "o",
    {[[F, "(", N, ", ", A, ") when ", N, " =< 0; not is_integer(", N, ") ->\n    {", F, ", ", A, "};\n",
       F, "(", N, ", ", A, ") ->\n    ", G, "(", N, " - 1, ", e(any, 2, Env1), ").\n\n"]
      || {F, G} <- [{Name, Other}, {Other, Name}]], {Name, [size, any], tuple}}.

%% Many clauses of literals: what becomes a jump table or a search.
switch(Name, Env) ->
    T = one([int, size, atom, str, float, bin]),
    Ret = fuzz_expr:type(),
    Keys = lists:usort([lists:flatten(fuzz_term:literal(T)) || _ <- lists:seq(1, range(3, 12))]),
    V = fresh("V"),
    Clauses = [[Name, "(", K, ") ->\n    ", e(Ret, 1, Env)] || K <- Keys],
    {[lists:join(";\n", Clauses ++ [[Name, "(", V, ") ->\n    ", e(Ret, 1, bind(V, T, Env))] || chance(70)]), ".\n\n"],
     {Name, [T], Ret}}.
