%% Binaries and bitstrings, as text: construction with every type, size, unit and byte order,
%% patterns, generators and comprehensions.
-module(fuzz_bits).

-export([construct/3, pattern/2, match_expr/3, generator/2, comprehension/2]).

-import(fuzz_pick, [n/1, one/1, chance/1, weighted/1, range/2, fresh/1]).
-import(fuzz_expr, [e/3, bind/3]).

construct(T, D, Env) ->
    ["<<", lists:join(", ", [segment(T, D, Env) || _ <- lists:seq(1, n(4))]), ">>"].

segment(T, D, Env) ->
    weighted(
      [{8, fun() -> integer(T, D, Env) end},
       {3, fun() -> float(D, Env) end},
       {3, fun() -> ["(", e(bin, D, Env), ")/binary"] end},
       {if T =:= bits -> 4; true -> 0 end, fun() -> ["(", e(bits, D, Env), ")/bitstring"] end},
       {2, fun() ->
           ["(", e(bin, D, Env), "):", size(["0", "1", "2", "3"], D, Env), "/binary",
            if T =:= bits -> one(["", "-unit:1", "-unit:3", "-unit:16"]);
               true -> one(["", "-unit:16"]) end]
        end},
       {2, fun() -> [character(D, Env), one(["/utf8", "/utf16", "/utf32", "/utf16-little",
                                             "/utf32-little", "/utf8"])] end},
       {1, fun() -> one(["\"abc\"", "\"abc\":16", "\"é\"/utf8", "\"h\"/utf16", "\"x\":4/little"]) end}]).

character(D, Env) ->
    case chance(70) of
        true -> one(["$a", "16#E9", "16#20AC", "16#1F600", "0", "16#7F", "16#80", "16#7FF", "16#800",
                     "16#FFFF", "16#10000", "16#10FFFF"]);
        false -> one([["(", e(int, D, Env), ")"], "(fuzz_show:id(16#D800))",
                      "(fuzz_show:id(16#110000))", "(fuzz_show:id(-1))"])
    end.

integer(bin, D, Env) ->
    ["(", e(int, D, Env), "):", one(["8", "16", "24", "32", "64", "128", "(8 * 3)", "72"]),
     flags()];
integer(bits, D, Env) ->
    case n(3) of
        1 -> ["(", e(int, D, Env), "):", size([integer_to_list(range(0, 70))], D, Env), flags()];
        2 ->
            ["(", e(int, D, Env), "):", size(["0", "1", "3", "5", "8"], D, Env), "/integer-unit:",
             integer_to_list(one([1, 2, 3, 7, 8, 13, 16, 64]))];
        _ -> ["(", e(int, D, Env), "):", integer_to_list(range(0, 70)), flags()]
    end.

size(Choices, D, Env) ->
    case n(4) of
        1 -> ["(", e(size, D - 1, Env), ")"];
        _ -> one(Choices)
    end.

flags() ->
    case n(4) of
        1 -> "/little";
        2 -> one(["/signed", "/little-signed", "/unsigned", "/big", "/native", "/native-signed",
                  "/integer-little-signed-unit:1"]);
        _ -> ""
    end.

float(D, Env) ->
    V = ["(", e(one([float, float, num]), D, Env), ")"],
    [V, one([":64/float", ":32/float", ":16/float", "/float", ":64/float-little",
             ":32/little-float", ":16/float-little", ":2/float-unit:32",
             ":(fuzz_show:id(" ++ one(["16", "32", "64", "8", "0", "33"]) ++ "))/float"])].

%% ------------------------------------------------------------------ patterns

%% Within a pattern: `here` is how many variables there were before it, as a size may use those of its
%% own earlier segments.
pattern(D, Env = #{base := _, vars := Vars}) ->
    {Segments, Env1} = segments(n(4) - 1, [], D, Env#{here => length(Vars)}),
    {Tail, Env2} = tail(maps:remove(here, Env1)),
    {["<<", lists:join(", ", Segments ++ Tail), ">>"], Env2}.

tail(Env) ->
    V = fresh("R"),
    case n(6) of
        1 -> {[], Env};
        2 -> {["_/bitstring"], Env};
        3 -> {["_/binary"], Env};
        4 -> {[[V, "/binary"]], bind(V, bin, Env)};
        _ -> {[[V, "/bitstring"]], bind(V, bits, Env)}
    end.

segments(0, Done, _D, Env) -> {lists:reverse(Done), Env};
segments(N, Done, D, Env) ->
    {S, Env1} = pattern_segment(D, Env),
    segments(N - 1, [S | Done], D, Env1).

pattern_segment(D, Env) ->
    weighted(
      [{8, fun() ->
           {V, Env1} = value(int, D, Env),
           {[V, ":", pattern_size([integer_to_list(range(1, 70)), "8", "4", "16"], Env), flags()],
            Env1}
        end},
       {3, fun() ->
           {V, Env1} = value(size, D, Env),
           {[V, one([":8", "", ":4", ":3", ":16"])], Env1}
        end},
       {2, fun() ->
           {V, Env1} = value(int, D, Env),
           {[V, ":", pattern_size(["1", "2", "3"], Env), "/integer-unit:",
             integer_to_list(one([1, 3, 7, 8, 16]))], Env1}
        end},
       {3, fun() ->
           {V, Env1} = value(float, D, Env),
           {[V, one([":64/float", ":32/float", ":16/float", "/float", ":32/float-little",
                     ":64/little-float", ":16/float-little"])], Env1}
        end},
       {3, fun() ->
           {V, Env1} = value(bin, D, Env),
           {[V, ":", pattern_size(["0", "1", "2", "3"], Env), "/binary"], Env1}
        end},
       {2, fun() ->
           {V, Env1} = value(bits, D, Env),
           {[V, ":", pattern_size(["0", "1", "5", "9", "16"], Env), "/bitstring"], Env1}
        end},
       {2, fun() ->
           {V, Env1} = value(int, D, Env),
           {[V, one(["/utf8", "/utf16", "/utf32", "/utf16-little", "/utf32-little", "/utf8"])], Env1}
        end},
       {1, fun() -> {one(["\"a\"", "\"abc\"", "\"h\"/utf16", "\"é\"/utf8", "1:1", "0:1", "1:4"]), Env}
        end}]).

value(T, D, Env) ->
    case n(10) of
        1 -> {"_", Env};
        2 when T =:= int; T =:= size -> {fuzz_term:literal(size), Env};
        3 when T =:= float -> {one(["1.0", "0.0", "-2.5"]), Env};
        4 when T =:= int, D > 0 ->
            case [V || {V, int} <- maps:get(vars, Env)] of
                [] -> {fuzz_term:literal(size), Env};
                Bound -> {one(Bound), Env}
            end;
        _ ->
            V = fresh("B"),
            {V, bind(V, T, Env)}
    end.

pattern_size(Choices, #{vars := Vars, base := Base, here := Here}) ->
    Usable = lists:sublist(Vars, length(Vars) - Here) ++ Base,
    Sizes = [V || {V, size} <- Usable],
    case n(4) of
        1 when Sizes =/= [] -> one(lists:sublist(Sizes, 4));
        2 when Sizes =/= [] -> ["(", one(lists:sublist(Sizes, 4)), one([" + 1", " * 2", " - 1", " rem 5"]), ")"];
        3 ->
            case Usable of
                [] -> one(Choices);
                All -> one([element(1, one(All)), one(Choices), one(Choices)])
            end;
        _ -> one(Choices)
    end.

%% A case over a bitstring whose clause gives a T.
match_expr(T, D, Env) ->
    {P, Env1} = fuzz_pattern:pattern(bits, 1, Env),
    {Q, Env2} = fuzz_pattern:pattern(bits, 1, Env),
    ["case ", e(one([bits, bin]), D, Env), " of\n    ",
     P, fuzz_pattern:guard(Env1), " -> ", e(T, D - 1, Env1), ";\n    ",
     case chance(50) of
         true -> [Q, " -> ", e(T, D - 1, Env2), ";\n    "];
         false -> []
     end,
     "_ -> ", e(T, D - 1, Env), " end"].

%% ------------------------------------------------------------------ generators

generator(D, Env) ->
    weighted(
      [{4, fun() ->
           {P, Env1} = fuzz_pattern:pattern(int, 1, Env),
           {[P, " <- ", e(ilist, D, Env)], Env1}
        end},
       {3, fun() ->
           {P, Env1} = fuzz_pattern:pattern(any, 1, Env),
           {[P, " <- ", e(list, D, Env)], Env1}
        end},
       {1, fun() ->
           {P, Env1} = fuzz_pattern:pattern(tuple, 1, Env),
           {[P, " <- maps:to_list(", e(one([map, bmap]), D, Env), ")"], Env1}
        end},
       {4, fun() ->
           V = fresh("G"),
           Env1 = bind(V, int, Env),
           Size = one(["8", "1", "3", "5", "16", "24", "13"]),
           case n(4) of
               1 ->
                   {Q, Env2} = value(one([int, size]), 0, Env1),
                   {["<<", V, ":", Size, flags(), ", ", Q, ":4>> <= ", e(bits, D, Env)], Env2};
               2 -> {["<<", V, "/utf8>> <= ", e(bin, D, Env)], Env1};
               3 -> {["<<", V, ":2/binary>> <= ", e(bin, D, Env)], bind(V, bin, Env)};
               _ -> {["<<", V, ":", Size, flags(), ">> <= ", e(bits, D, Env)], Env1}
           end
        end}]).

comprehension(D, Env) ->
    {G, Env1} = generator(D, Env),
    {G2, Env2} = case chance(15) of
                     true ->
                         {More, E2} = generator(D - 1, Env1),
                         {[", ", More], E2};
                     false -> {[], Env1}
                 end,
    Filter = case n(4) of
                 1 -> [", ", e(bool, D - 1, Env2)];
                 _ -> []
             end,
    ["<< ", construct(one([bits, bits, bin]), min(D - 1, 1), Env2), " || ", G, G2, Filter, ">>"].
