%% Patterns and guards, as text. A pattern comes with the environment that it leaves behind.
-module(fuzz_pattern).

-export([pattern/3, patterns/3, guard/1, guard_sequence/1, guard_expr/1, type_test/0]).

-import(fuzz_pick, [n/1, one/1, chance/1, weighted/1, fresh/1]).
-import(fuzz_expr, [bind/3]).

%% What a value of the type might match; with some chance something that it does not.
pattern(T, D, Env) ->
    {[P], Env1} = patterns([T], D, Env),
    {P, Env1}.

%% Patterns that are matched together, as a function's head is. Sizes and keys in them may use what
%% was bound before all of them: `base`.
patterns(Ts, D, Env = #{vars := Vars}) ->
    {Ps, Env1} = many(Ts, D, Env#{base => Vars}),
    {Ps, maps:remove(base, Env1)}.

part(T, D, Env) ->
    weighted(
      [{35, fun() -> variable(T, Env) end},
       {6, fun() -> {"_", Env} end},
       {6, fun() -> bound(T, Env) end},
       {if D > 0 -> 5; true -> 0 end, fun() ->
           V = fresh("W"),
           {P, Env1} = part(T, D - 1, Env),
           {[V, " = ", P], bind(V, T, Env1)}
        end},
       {12, fun() -> {literal(T), Env} end},
       {if D > 0 -> 45; true -> 0 end, fun() -> inner(T, D - 1, Env) end},
       {3, fun() -> part(fuzz_expr:type(), D - 1, Env) end}]).

variable(T, Env) ->
    V = fresh("M"),
    {V, bind(V, T, Env)}.

bound(T, Env = #{vars := Vars}) ->
    case [V || {V, VT} <- Vars, VT =:= T] of
        [] -> variable(T, Env);
        Mine -> {one(Mine), Env}
    end.

%% A literal that is allowed in a pattern.
literal(T) ->
    case T of
        int -> fuzz_term:literal(int);
        size -> fuzz_term:literal(size);
        float -> fuzz_term:literal(float);
        num -> fuzz_term:literal(one([int, float]));
        atom -> fuzz_term:literal(atom);
        bool -> one(["true", "false"]);
        str -> fuzz_term:literal(str);
        bin -> one(["<<>>", "<<\"abc\">>", "<<1, 2, 3>>", "<<0>>"]);
        bits -> one(["<<>>", "<<1:1>>", "<<\"abc\">>", "<<5:3>>", "<<1, 2:7>>"]);
        list -> one(["[]", "[a]", "[1, 2]", "[[]]", "\"ab\""]);
        ilist -> one(["[]", "[0]", "[1, 2]", "[-1 | _]"]);
        kv -> one(["[]", "[{a, 1} | _]", "[{_, _}]"]);
        tuple -> one(["{}", "{a, 1}", "{1}", "{_, _}"]);
        map -> one(["#{}", "#{a := 1}", "#{a := _}", "#{1 := _, b := _}"]);
        bmap -> one(["#{}", "#{1 := _}", "#{{3} := _}", "#{<<5:16>> := _}"]);
        rec -> one(["#r1{}", "#r2{}", "#r1{b = 1}", "#r1{_ = _}"]);
        _ -> fuzz_term:literal(one([int, atom, str, float]))
    end.

inner(T, D, Env) when T =:= list; T =:= ilist; T =:= str; T =:= kv ->
    Of = case T of
             list -> any;
             kv -> tuple;
             _ -> int
         end,
    case n(5) of
        1 ->
            {Ps, Env1} = many([Of || _ <- lists:seq(1, n(3))], D, Env),
            {["[", lists:join(", ", Ps), "]"], Env1};
        2 when T =:= str ->
            {P, Env1} = part(str, D, Env),
            {["\"a\" ++ ", P], Env1};
        _ ->
            {Ps, Env1} = many([Of || _ <- lists:seq(1, n(2))], D, Env),
            {Tail, Env2} = part(T, D, Env1),
            {["[", lists:join(", ", Ps), " | ", Tail, "]"], Env2}
    end;
inner(tuple, D, Env) ->
    {Ps, Env1} = many([any || _ <- lists:seq(1, n(5) - 1)], D, Env),
    {["{", lists:join(", ", Ps), "}"], Env1};
inner(rec, D, Env) ->
    {P, Env1} = part(any, D, Env),
    {Q, Env2} = part(list, D, Env1),
    {one([["#r1{a = ", P, ", c = ", Q, "}"], ["#r1{b = ", P, ", d = ", Q, "}"],
          ["{r1, ", P, ", _, ", Q, ", _}"]]), Env2};
inner(T, D, Env) when T =:= map; T =:= bmap ->
    Keys = case T of
               map -> [case n(3) of
                           1 -> key(Env);
                           _ -> fuzz_term:literal(one([atom, size, str]))
                       end || _ <- lists:seq(1, n(2))];
               bmap -> [one([fuzz_term:literal(size), "{1}", "<<3:16>>", "[9]"])]
           end,
    {Ps, Env1} = many([any || _ <- Keys], D, Env),
    {["#{", lists:join(", ", [[K, " := ", P] || {K, P} <- lists:zip(Keys, Ps)]), "}"], Env1};
inner(T, D, Env) when T =:= bin; T =:= bits ->
    fuzz_bits:pattern(D, Env);
inner(any, D, Env) ->
    inner(one([list, tuple, map, bin, bits, rec]), D, Env);
inner(T, _D, Env) ->
    variable(T, Env).

%% A bound variable, or an expression that is allowed as a map's key in a pattern.
key(#{base := Vars}) ->
    case Vars of
        [] -> "k1";
        _ ->
            {V, _} = one(Vars),
            one([V, V, ["{", V, "}"]])
    end.

many([], _D, Env) -> {[], Env};
many([T | Ts], D, Env) ->
    {P, Env1} = part(T, D, Env),
    {Ps, Env2} = many(Ts, D, Env1),
    {[P | Ps], Env2}.

%% ------------------------------------------------------------------ guards

guard(Env) ->
    case chance(35) of
        true -> [" when ", guard_sequence(Env)];
        false -> []
    end.

guard_sequence(Env) ->
    lists:join(one([", ", "; "]), [guard_expr(Env) || _ <- lists:seq(1, (n(5) + 3) div 4)]).

guard_expr(Env) -> bool(2, Env).

bool(D, Env) ->
    weighted(
      [{5, fun() -> [type_test(), "(", term(D, Env), ")"] end},
       {6, fun() ->
           ["(", term(D, Env), one([" =:= ", " =/= ", " == ", " /= ", " < ", " > ", " =< ", " >= "]),
            term(D, Env), ")"]
        end},
       {4, fun() ->
           ["(", num(D, Env), one([" < ", " > ", " =< ", " >= ", " == ", " =:= "]), num(D, Env), ")"]
        end},
       {2, fun() -> ["is_map_key(", term(0, Env), ", ", term(0, Env), ")"] end},
       {1, fun() -> ["is_function(", term(0, Env), ", ", one(["0", "1", "2"]), ")"] end},
       {1, fun() -> ["is_record(", term(0, Env), ", r1)"] end},
       {1, fun() -> ["is_record(", term(0, Env), ", r1, 5)"] end},
       {1, fun() -> term(0, Env) end},
       {1, fun() -> one(["true", "false", "(not true)"]) end},
       {if D > 0 -> 4; true -> 0 end, fun() ->
           ["(", bool(D - 1, Env), one([" and ", " or ", " xor ", " andalso ", " orelse "]),
            bool(D - 1, Env), ")"]
        end},
       {if D > 0 -> 2; true -> 0 end, fun() -> ["(not ", bool(D - 1, Env), ")"] end}]).

type_test() ->
    one(["is_atom", "is_binary", "is_bitstring", "is_boolean", "is_float", "is_function",
         "is_integer", "is_list", "is_map", "is_number", "is_pid", "is_reference", "is_tuple",
         "is_port"]).

term(D, Env = #{vars := Vars}) ->
    weighted(
      [{if Vars =:= [] -> 0; true -> 12 end, fun() -> element(1, one(lists:sublist(Vars, 12))) end},
       {4, fun() -> fuzz_term:literal(one([int, size, atom, float, str])) end},
       {1, fun() -> one(["[]", "{}", "#{}", "<<>>", "<<1, 2:4>>", "{a, 1}", "[a | b]"]) end},
       {if D > 0 -> 4; true -> 0 end, fun() -> num(D - 1, Env) end},
       {if D > 0 -> 5; true -> 0 end, fun() -> guard_call(D - 1, Env) end}]).

guard_call(D, Env) ->
    A = fun() -> term(D, Env) end,
    weighted(
      [{2, fun() -> ["hd(", A(), ")"] end},
       {2, fun() -> ["tl(", A(), ")"] end},
       {3, fun() -> ["element(", num(D, Env), ", ", A(), ")"] end},
       {2, fun() -> ["map_get(", A(), ", ", A(), ")"] end},
       {1, fun() -> ["binary_part(", A(), ", ", num(D, Env), ", ", num(D, Env), ")"] end},
       {1, fun() -> ["binary_part(", A(), ", {0, 1})"] end},
       {1, fun() -> ["{", A(), ", ", A(), "}"] end},
       {1, fun() -> ["[", A(), " | ", A(), "]"] end},
       {1, fun() -> ["<<(", A(), "):", one(["8", "3", "16/float", "64/float"]), ">>"] end},
       {1, fun() -> one(["(self() =:= self())", "node()"]) end}]).

num(D, Env = #{vars := Vars}) ->
    A = fun() -> term(D - 1, Env) end,
    Known = [V || {V, T} <- Vars, lists:member(T, [int, size, float, num])],
    weighted(
      [{if Known =:= [] -> 0; true -> 8 end, fun() -> one(lists:sublist(Known, 8)) end},
       {4, fun() -> fuzz_term:literal(one([int, size, size, float])) end},
       {if D > 0 -> 5; true -> 0 end, fun() ->
           ["(", num(D - 1, Env),
            one([" + ", " - ", " * ", " / ", " div ", " rem ", " band ", " bor ", " bxor "]),
            num(D - 1, Env), ")"]
        end},
       {if D > 0 -> 1; true -> 0 end, fun() ->
           ["(", num(D - 1, Env), one([" bsl ", " bsr "]), one(["3", "60", "-2", "x"]), ")"]
        end},
       {if D > 0 -> 5; true -> 0 end, fun() ->
           [one(["length", "tuple_size", "byte_size", "bit_size", "size", "map_size"]), "(", A(),
            ")"]
        end},
       {if D > 0 -> 3; true -> 0 end, fun() ->
           [one(["abs", "round", "trunc", "floor", "ceil", "float", "-", "bnot"]), "(",
            num(D - 1, Env), ")"]
        end}]).
