%% Expressions, as text. Each is asked for by a type and mostly has it; now and then another comes
%% instead, so that every operation also sees what it must refuse.
%%
%% An environment is #{vars => [{Name, Type}], funs => [{Name, [Type], Type}]}: the variables that
%% may be used, and the functions of the module that may be called (only earlier ones, so that all
%% ends). `size` is a small integer that may be 0; it is never large, so that nothing explodes.
-module(fuzz_expr).

-export([e/3, body/3, leaf/2, type/0, bind/3, args/3]).

-import(fuzz_pick, [n/1, one/1, chance/1, weighted/1, range/2, fresh/1]).

type() ->
    one([int, int, int, size, float, num, atom, bool, list, list, ilist, ilist, str, tuple, tuple,
         map, map, bmap, bin, bin, bits, bits, rec, kv, {f, [any], any}, {f, [int, int], int}, any]).

bind(Name, Type, Env = #{vars := Vars}) -> Env#{vars := [{Name, Type} | Vars]}.

%% A sequence of one to three expressions, the earlier ones bound to variables.
body(T, D, Env) ->
    case D > 1 andalso chance(40) of
        true ->
            V = fresh("V"),
            VT = type(),
            case n(8) of
                1 -> [e(VT, D - 2, Env), ",\n    ", body(T, D - 1, Env)];
                2 ->
                    {P, Env1} = fuzz_pattern:pattern(VT, 2, Env),
                    [P, " = ", e(VT, D - 1, Env), ",\n    ", body(T, D - 1, Env1)];
                _ ->
                    [V, " = ", e(VT, D - 1, Env), ",\n    ", body(T, D - 1, bind(V, VT, Env))]
            end;
        false -> e(T, D, Env)
    end.

e(T, D, Env) ->
    case fuzz_pick:spend() of
        false -> leaf(T, Env);
        true ->
            N = n(100),
            Wrong = T =/= size andalso fuzz_pick:wrong(4),
            if
                Wrong -> e(type(), D - 1, Env);
                D =< 0; N =< 20 -> leaf(T, Env);
                N =< 42 -> generic(T, D - 1, Env);
                true -> specific(T, D - 1, Env)
            end
    end.

args(Types, D, Env) -> lists:join(", ", [e(T, D, Env) || T <- Types]).

%% ------------------------------------------------------------------ what needs no fuel

leaf(T, Env = #{vars := Vars}) ->
    Mine = [V || {V, VT} <- Vars, fits(VT, T)],
    case Mine =/= [] andalso chance(65) of
        true -> one(lists:sublist(Mine, 8));
        false -> literal(T, Env)
    end.

fits(T, T) -> true;
fits(_, any) -> true;
fits(size, int) -> true;
fits(int, num) -> true;
fits(size, num) -> true;
fits(float, num) -> true;
fits(bool, atom) -> true;
fits(bin, bits) -> true;
fits(ilist, list) -> true;
fits(str, ilist) -> true;
fits(str, list) -> true;
fits(kv, list) -> true;
fits(rec, tuple) -> true;
fits({f, As, _}, {f, Bs, any}) -> length(As) =:= length(Bs);
fits(_, _) -> false.

literal(T, Env) ->
    case T of
        {f, _, _} -> a_fun(T, 0, Env);
        {lit, Choices} -> one(Choices);
        any ->
            Type = one([int, float, atom, bool, list, ilist, str, tuple, map, bin, bits]),
            literal(Type, Env);
        _ -> fuzz_term:literal(T)
    end.

%% ------------------------------------------------------------------ what every type can be

generic(T, D, Env) ->
    weighted(
      [{10, fun() -> a_case(T, D, Env) end},
       {5, fun() -> an_if(T, D, Env) end},
       {10, fun() -> a_try(T, D, Env) end},
       {5, fun() -> ["begin ", body(T, D, Env), " end"] end},
       {4, fun() -> ["(catch ", e(T, D, Env), ")"] end},
       {12, fun() -> call(T, D, Env) end},
       {5, fun() -> apply_fun(T, D, Env) end},
       {3, fun() -> ["hd([", e(T, D, Env), " | ", e(list, D - 1, Env), "])"] end},
       {3, fun() ->
           ["element(", one(["1", "2", "2", "1", "3", "0"]), ", {", e(T, D, Env), ", ",
            e(T, D - 1, Env), "})"]
        end},
       {3, fun() ->
           K = fuzz_term:literal(one([atom, int, size])),
           ["map_get(", K, ", (", e(map, D - 1, Env), ")#{", K, " => ", e(T, D, Env), "})"]
        end},
       {2, fun() ->
           K = fuzz_term:literal(atom),
           ["maps:get(", K, ", ", e(map, D, Env), ", ", e(T, D - 1, Env), ")"]
        end},
       {3, fun() -> ["fuzz_show:id(", e(T, D, Env), ")"] end},
       {2, fun() ->
           K = one(["k1", "k2", "{k, 3}"]),
           ["begin put(", K, ", ", e(T, D, Env), "), ",
            one(["get(" ++ K ++ ")", "erase(" ++ K ++ ")"]), " end"]
        end},
       {3, fun() ->
           ["(", e(bool, D - 1, Env), one([" andalso ", " orelse "]), e(T, D, Env), ")"]
        end},
       {case fuzz_pick:wrong(50) of true -> 4; false -> 0 end, fun() -> raise(T, D, Env) end},
       {2, fun() -> ["binary_to_term(term_to_binary(", e(T, D, Env), "))"] end},
       {2, fun() ->
           ["lists:nth(", one(["1", "2", "1", "3"]), ", [", e(T, D, Env), ", ", e(T, D - 1, Env),
            "])"]
        end},
       {2, fun() ->
           F = one(["a", "b", "c"]),
           ["((", e(rec, D - 1, Env), ")#r1{", F, " = ", e(T, D, Env), "})#r1.", F]
        end},
       {2, fun() -> let_match(T, D, Env) end}]).

a_case(T, D, Env) ->
    ST = type(),
    Subject = e(ST, D, Env),
    Clauses = [clause(ST, T, D, Env) || _ <- lists:seq(1, n(3))],
    ["case ", Subject, " of\n", lists:join(";\n", Clauses ++ default(ST, T, D, Env)), "\n    end"].

clause(ST, T, D, Env) ->
    {P, Env1} = fuzz_pattern:pattern(ST, 2, Env),
    ["    ", P, fuzz_pattern:guard(Env1), " ->\n    ", body(T, D, Env1)].

default(ST, T, D, Env) ->
    case not fuzz_pick:wrong(30) of
        true ->
            V = fresh("D"),
            [["    ", V, " ->\n    ", body(T, D - 1, bind(V, ST, Env))]];
        false -> []
    end.

an_if(T, D, Env) ->
    ["if ", fuzz_pattern:guard_sequence(Env), " ->\n    ", body(T, D, Env),
     case not fuzz_pick:wrong(30) of
         true -> [";\n    true -> ", e(T, D, Env)];
         false -> []
     end,
     " end"].

a_try(T, D, Env) ->
    Of = case chance(35) of
             true ->
                 ST = type(),
                 [" of\n", clause(ST, T, D - 1, Env), default_of(chance(80), T, D, Env)];
             false -> []
         end,
    Expr = case chance(30) of
               true -> [raise(T, D, Env)];
               false -> body(T, D, Env)
           end,
    Catches = [catch_clause(T, D - 1, Env) || _ <- lists:seq(1, n(2))],
    After = case chance(25) of
                true -> ["\n    after\n    ", body(any, D - 1, Env)];
                false -> []
            end,
    case chance(10) of
        true when After =/= [] -> ["try ", Expr, Of, After, " end"];
        _ ->
            ["try ", Expr, Of, "\n    catch\n", lists:join(";\n", Catches), After, "\n    end"]
    end.

default_of(true, T, D, Env) -> [";\n    _ -> ", e(T, D - 1, Env)];
default_of(false, _, _, _) -> [].

catch_clause(T, D, Env) ->
    {P, Env1} = case chance(50) of
                    true -> {"_", Env};
                    false -> fuzz_pattern:pattern(any, 1, Env)
                end,
    C = fresh("C"),
    S = fresh("S"),
    {Class, Env2} = case n(6) of
                        1 -> {"throw:", Env1};
                        2 -> {"error:", Env1};
                        3 -> {"exit:", Env1};
                        4 -> {"", Env1};
                        _ -> {C ++ ":", bind(C, atom, Env1)}
                    end,
    case Class =/= "" andalso chance(25) of
        true ->
            Top = ["    ", Class, P, ":", S, " ->\n    "],
            case n(3) of
                1 -> [Top, "erlang:raise(error, ", e(any, D, Env2), ", ", S, ")"];
                2 -> [Top, "case ", S, " of [{?MODULE, _, _, _} | _] -> ", e(T, D, Env2),
                      "; [{_, FF", S, ", AA", S, ", _} | _] -> {FF", S, ", AA", S,
                      "}; _ -> none end"];
                _ -> [Top, body(T, D, Env2)]
            end;
        false ->
            ["    ", Class, P, fuzz_pattern:guard(Env2), " ->\n    ", body(T, D, Env2)]
    end.

raise(_T, D, Env) ->
    A = e(any, D, Env),
    weighted(
      [{4, fun() -> ["throw(", A, ")"] end},
       {4, fun() -> ["error(", A, ")"] end},
       {2, fun() -> ["exit(", A, ")"] end},
       {1, fun() -> ["error(", A, ", [", e(any, D - 1, Env), "])"] end},
       {1, fun() -> ["erlang:raise(", one(["error", "exit", "throw"]), ", ", A, ", [])"] end},
       {1, fun() ->
           ["erlang:raise(", one(["error", "exit", "throw", "foo"]), ", ", A,
            ", [{m, f, 2, []}, {m, g, [1, x], [{file, \"a.erl\"}, {line, 7}]}])"]
        end},
       {1, fun() -> ["erlang:nif_error(", A, ")"] end},
       {1, fun() -> ["(", fuzz_term:literal(one([int, atom, list])), " = ", A, ")"] end}]).

%% Calls a function of the module that returns T, or any.
call(T, D, Env = #{funs := Funs}) ->
    case [F || F = {_, _, Ret} <- Funs, fits(Ret, T)] of
        [] -> e(T, D, Env);
        Mine ->
            {Name, Types, _} = one(Mine),
            Args = args(Types, D - 1, Env),
            case n(14) of
                1 -> ["apply(fun ", Name, $/, integer_to_list(length(Types)), ", [", Args, "])"];
                2 -> ["?MODULE:", Name, "(", Args, ")"];
                3 -> ["apply(?MODULE, fuzz_show:id(", Name, "), [", Args, "])"];
                4 -> ["(fuzz_show:id(?MODULE)):", Name, "(", Args, ")"];
                5 -> ["(fuzz_show:id(fun ?MODULE:", Name, $/, integer_to_list(length(Types)), "))(",
                      Args, ")"];
                _ -> [Name, "(", Args, ")"]
            end
    end.

apply_fun(T, D, Env) ->
    Types = [type() || _ <- lists:seq(1, n(3) - 1)],
    F = e({f, Types, T}, D, Env),
    case n(5) of
        1 -> ["apply(", F, ", [", args(Types, D - 1, Env), "])"];
        2 when Types =/= [] -> ["(", F, ")(", args(tl(Types), D - 1, Env), ")"];
        _ -> ["(", F, ")(", args(Types, D - 1, Env), ")"]
    end.

let_match(T, D, Env) ->
    MT = type(),
    {P, Env1} = fuzz_pattern:pattern(MT, 2, Env),
    ["begin ", P, " = ", e(MT, D, Env), ",\n    ", e(T, D, Env1), " end"].

%% ------------------------------------------------------------------ what a type is made of

specific({lit, Choices}, _D, _Env) -> one(Choices);
specific(size, D, Env) ->
    weighted(
      [{5, fun() -> leaf(size, Env) end},
       {1, fun() -> ["(", e(int, D, Env), " band 7)"] end},
       {1, fun() -> ["(length(", e(list, D, Env), ") rem 9)"] end},
       {1, fun() ->
           case fuzz_pick:wrong(60) of
               true -> one(["-1", "a", "1.0", "[]"]);
               false -> leaf(size, Env)
           end
        end}]);
specific(any, D, Env) -> specific(type_not_any(), D, Env);
specific({f, _, _} = T, D, Env) -> a_fun(T, D, Env);
specific(T, D, Env) ->
    case chance(45) of
        true -> bif(T, D, Env);
        false -> own(T, D, Env)
    end.

type_not_any() ->
    case type() of
        any -> list;
        T -> T
    end.

bif(T, D, Env) ->
    case fuzz_bif:returning(T) of
        [] -> own(T, D, Env);
        Choices ->
            {Name, Types} = one(Choices),
            Args = args(Types, D, Env),
            case chance(6) of
                true ->
                    {M, F} = mfa(Name),
                    ["apply(fuzz_show:id(", M, "), ", F, ", [", Args, "])"];
                false -> [Name, "(", Args, ")"]
            end
    end.

mfa(Name) ->
    case string:split(Name, ":") of
        [M, F] -> {M, F};
        [F] -> {"erlang", F}
    end.

own(int, D, Env) ->
    weighted(
      [{10, fun() -> binary(["+", "-", "*", "+", "-"], int, int, D, Env) end},
       {5, fun() -> binary(["div", "rem"], int, int, D, Env) end},
       {4, fun() -> binary(["band", "bor", "bxor"], int, int, D, Env) end},
       {3, fun() -> ["(", e(int, D, Env), one([" bsl ", " bsr "]), e(size, D, Env), ")"] end},
       {1, fun() ->
           ["(", e(int, D, Env), one([" bsl ", " bsr "]), one(["59", "60", "63", "64", "65", "-3",
                                                              "100", "-64"]), ")"]
        end},
       {2, fun() -> ["(", one(["- ", "bnot ", "+ "]), e(int, D, Env), ")"] end},
       {2, fun() -> fuzz_bits:match_expr(int, D, Env) end},
       {2, fun() -> ["length(", comprehension(D, Env), ")"] end},
       {2, fun() -> loop(int, D, Env) end}]);
own(float, D, Env) ->
    weighted(
      [{6, fun() -> binary(["+", "-", "*", "/"], num, float, D, Env) end},
       {3, fun() -> binary(["/", "+", "*"], float, num, D, Env) end},
       {2, fun() -> ["float(", e(num, D, Env), ")"] end},
       {1, fun() -> ["(- ", e(float, D, Env), ")"] end},
       {1, fun() -> fuzz_bits:match_expr(float, D, Env) end}]);
own(num, D, Env) ->
    case n(3) of
        1 -> binary(["+", "-", "*"], num, num, D, Env);
        2 -> own(int, D, Env);
        _ -> own(float, D, Env)
    end;
own(atom, D, Env) ->
    case n(3) of
        1 -> own(bool, D, Env);
        _ -> leaf(atom, Env)
    end;
own(bool, D, Env) ->
    T = type(),
    weighted(
      [{6, fun() -> binary(["=:=", "=/=", "==", "/=", "<", ">", "=<", ">="], T, T, D, Env) end},
       {3, fun() -> binary(["<", ">", "=<", ">=", "==", "=:="], num, num, D, Env) end},
       {3, fun() -> binary(["=:=", "==", "<", ">="], any, any, D, Env) end},
       {2, fun() -> binary(["and", "or", "xor", "andalso", "orelse"], bool, bool, D, Env) end},
       {1, fun() -> ["(not ", e(bool, D, Env), ")"] end},
       {3, fun() -> [fuzz_pattern:type_test(), "(", e(T, D, Env), ")"] end},
       {1, fun() -> ["is_function(", e({f, [any], any}, D, Env), ", ", e(size, D, Env), ")"] end},
       {1, fun() -> ["is_record(", e(tuple, D, Env), ", r1)"] end},
       {1, fun() -> ["is_map_key(", e(any, D, Env), ", ", e(map, D, Env), ")"] end}]);
own(list, D, Env) ->
    weighted(
      [{5, fun() -> list_of(any, D, Env) end},
       {3, fun() -> comprehension(D, Env) end},
       {2, fun() -> ["(", e(list, D, Env), one([" ++ ", " -- "]), e(list, D, Env), ")"] end},
       {1, fun() -> ["[", e(any, D, Env), " | ", e(any, D, Env), "]"] end},
       {1, fun() -> loop(list, D, Env) end},
       {1, fun() -> fuzz_bits:match_expr(list, D, Env) end}]);
own(ilist, D, Env) ->
    weighted(
      [{4, fun() -> list_of(int, D, Env) end},
       {2, fun() -> ["(", e(ilist, D, Env), one([" ++ ", " -- "]), e(ilist, D, Env), ")"] end},
       {2, fun() -> comprehension(int, D, Env) end},
       {1, fun() -> ["[", e(int, D, Env), " | ", e(ilist, D, Env), "]"] end}]);
own(str, D, Env) ->
    case n(3) of
        1 -> ["(", e(str, D, Env), " ++ ", e(str, D, Env), ")"];
        2 -> bif(str, D, Env);
        _ -> leaf(str, Env)
    end;
own(kv, D, Env) ->
    ["[", lists:join(", ", [["{", e(one([atom, int, size]), D - 1, Env), ", ", e(any, D, Env), "}"]
                            || _ <- lists:seq(1, n(4) - 1)]), "]"];
own(tuple, D, Env) ->
    weighted(
      [{5, fun() -> ["{", args([any || _ <- lists:seq(1, n(5) - 1)], D, Env), "}"] end},
       {2, fun() -> e(rec, D, Env) end},
       {1, fun() -> ["setelement(", e(size, D, Env), ", ", e(tuple, D, Env), ", ", e(any, D, Env),
                     ")"] end}]);
own(rec, D, Env) ->
    case n(4) of
        1 -> ["(", e(rec, D, Env), ")#r1{", field(D, Env), "}"];
        2 -> ["#r1{a = ", e(any, D, Env), ", ", "c = ", e(list, D, Env), "}"];
        3 -> ["#r2{_ = ", e(any, D, Env), "}"];
        _ -> ["#r1{", field(D, Env), "}"]
    end;
own(map, D, Env) ->
    weighted(
      [{4, fun() -> ["#{", assoc(["=>"], D, Env), "}"] end},
       {3, fun() -> ["(", e(map, D, Env), ")#{", assoc(["=>"], D, Env), "}"] end},
       {2, fun() -> ["(", e(map, D, Env), ")#{", assoc(["=>", ":="], D, Env), "}"] end},
       {1, fun() -> ["maps:remove(", e(any, D, Env), ", ", e(map, D, Env), ")"] end}]);
own(bmap, D, Env) ->
    X = fresh("X"),
    Env1 = bind(X, int, Env),
    K = one([X, ["{", X, "}"], ["<<", X, ":16>>"], ["(", X, " * 1000000007)"], ["(", X, " / 4)"],
             ["[", X, "]"], ["(", X, " rem 20)"], ["-", X], ["{", X, ", [", X, "]}"]]),
    Count = one(["10", "31", "32", "33", "40", "70", "200"]),
    ["maps:from_list([{", K, ", ", e(one([int, any]), min(D, 1), Env1), "} || ", X,
     " <- lists:seq(1, ", Count, ")])"];
own(bin, D, Env) ->
    case n(5) of
        1 -> ["(", loop(bin, D, Env), ")"];
        2 -> fuzz_bits:comprehension(D, Env);
        _ -> fuzz_bits:construct(bin, D, Env)
    end;
own(bits, D, Env) ->
    case n(5) of
        1 -> fuzz_bits:match_expr(bits, D, Env);
        2 -> fuzz_bits:comprehension(D, Env);
        _ -> fuzz_bits:construct(bits, D, Env)
    end;
own(T, _D, Env) -> leaf(T, Env).

binary(Ops, A, B, D, Env) -> ["(", e(A, D, Env), " ", one(Ops), " ", e(B, D, Env), ")"].

list_of(T, D, Env) -> ["[", args([T || _ <- lists:seq(1, n(5) - 1)], D, Env), "]"].

field(D, Env) -> [one(["a", "b", "c", "d"]), " = ", e(any, D, Env)].

assoc(Signs, D, Env) ->
    lists:join(", ", [[case chance(60) of
                           true -> fuzz_term:literal(one([atom, size, int, str, float]));
                           false -> e(any, D - 1, Env)
                       end, " ", one(Signs), " ", e(any, D, Env)]
                      || _ <- lists:seq(1, n(4) - 1)]).

comprehension(D, Env) -> comprehension(any, D, Env).

comprehension(T, D, Env) ->
    {Gens, Env1} = generators(n(5) div 5 + 1, D, Env),
    Filter = case n(4) of
                 1 -> [", ", e(bool, D - 1, Env1)];
                 2 -> [", ", fuzz_pattern:guard_expr(Env1)];
                 _ -> []
             end,
    ["[", e(T, D - 1, Env1), " || ", Gens, Filter, "]"].

generators(0, _D, Env) -> {[], Env};
generators(N, D, Env) ->
    {G, Env1} = fuzz_bits:generator(D, Env),
    case generators(N - 1, D, Env1) of
        {[], Env2} -> {G, Env2};
        {Gs, Env2} -> {[G, ", ", Gs], Env2}
    end.

%% ------------------------------------------------------------------ funs

a_fun({f, Types, Ret}, D, Env) ->
    Arity = length(Types),
    Local = [N || {N, As, R} <- maps:get(funs, Env), length(As) =:= Arity, fits(R, Ret)],
    weighted(
      [{8, fun() -> ["fun(", fun_clause(Types, Ret, D, Env), " end"] end},
       {2, fun() ->
           ["fun(", fun_clause(Types, Ret, D, Env), ";\n    (", fun_clause(Types, Ret, D, Env),
            " end"]
        end},
       {if Local =:= [] -> 0; true -> 3 end, fun() ->
           ["fun ", one(Local), "/", integer_to_list(Arity)]
        end},
       {if Arity =:= 1 -> 2; true -> 0 end, fun() ->
           one(["fun erlang:abs/1", "fun lists:reverse/1", "fun erlang:length/1",
                "fun erlang:is_list/1", "fun erlang:tuple_size/1", "fun erlang:'not'/1",
                "fun lists:nothing/1"])
        end},
       {if Arity =:= 2 -> 2; true -> 0 end, fun() ->
           one(["fun erlang:'+'/2", "fun erlang:max/2", "fun erlang:'=<'/2", "fun lists:append/2",
                "fun erlang:'and'/2", "fun erlang:element/2"])
        end}]).

fun_clause(Types, Ret, D, Env) ->
    {Params, Env1} = params(Types, Env),
    [lists:join(", ", Params), ")", fuzz_pattern:guard(Env1), " ->\n    ", body(Ret, D, Env1)].

params(Types, Env) ->
    fuzz_pattern:patterns(Types, case n(5) of 1 -> 1; _ -> 0 end, Env).

%% A named fun that counts down: its recursion, with what it captures.
loop(T, D, Env) ->
    F = fresh("F"),
    N = fresh("N"),
    A = fresh("A"),
    Env1 = bind(N, size, bind(A, T, Env)),
    Step = case n(3) of
               1 when T =:= list -> ["[", e(any, D - 1, Env1), " | ", F, "(", N, " - 1, ", A, ")]"];
               2 when T =:= int -> ["(", N, " + ", F, "(", N, " - 1, ", e(T, D - 1, Env1), "))"];
               2 when T =:= bin -> [F, "(", N, " - 1, <<", A, "/binary, (", e(int, D - 1, Env1), "):",
                                    one(["8", "16", "24"]), ">>)"];
               _ -> [F, "(", N, " - 1, ", e(T, D - 1, Env1), ")"]
           end,
    ["(fun ", F, "(0, ", A, "z) -> ", A, "z;\n    ", F, "(", N, ", ", A, ") when is_integer(", N,
     "), ", N, " > 0 -> ", Step, " end)(", e(size, D, Env), ", ", e(T, D, Env), ")"].
