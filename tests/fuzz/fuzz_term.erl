%% Literals, as text: small, at a boundary, large. And the programs of the term mode, which are about
%% what terms are and not about code: order, equality, hashes, the external format, printing.
-module(fuzz_term).

-export([literal/1, term/1, tests/1]).

-import(fuzz_pick, [n/1, one/1, chance/1, range/2]).

literal(int) -> int();
literal(size) -> integer_to_list(one([0, 1, 2, 3, 4, 5, 7, 8, 9, 12, 16]));
literal(float) -> float();
literal(num) -> one([int(), float()]);
literal(atom) -> atom();
literal(bool) -> one(["true", "false"]);
literal(list) -> list(1);
literal(ilist) -> ["[", lists:join(", ", [int() || _ <- lists:seq(1, n(5) - 1)]), "]"];
literal(str) -> one(["\"\"", "\"a\"", "\"abc\"", "\"12\"", "\"-3.5e2\"", "\"x y  z\"", "\"\\x{20ac}é\"",
                     "\"ABC\"", "\"a,b,c\"", "\"  12 \"", "\"ff\""]);
literal(kv) -> one(["[]", "[{a, 1}]", "[{a, 1}, {b, 2}, {a, 3}]", "[{1, x}, {1.0, y}]",
                    "[{k1, []}, k2, {k3, #{}}]"]);
literal(tuple) -> tuple(1);
literal(map) -> map(1);
literal(bmap) -> one(["#{}", "#{1 => a}", "#{1 => a, 2 => b, 3 => c}"]);
literal(bin) -> bin();
literal(bits) -> bits();
literal(rec) -> one(["#r1{}", "#r2{}", "#r1{a = 1, d = [2]}", "#r2{x = 1, y = 2}"]);
literal(_) -> term(1).

term(D) ->
    case n(if D > 0 -> 13; true -> 7 end) of
        1 -> int();
        2 -> float();
        3 -> atom();
        4 -> bin();
        5 -> bits();
        6 -> one(["[]", "{}", "#{}", "<<>>", "\"\"", "true", "false", "nil", "undefined"]);
        7 -> literal(one([str, ilist, size]));
        8 -> tuple(D - 1);
        9 -> tuple(D - 1);
        10 -> map(D - 1);
        _ -> list(D - 1)
    end.

int() ->
    case n(10) of
        N when N =< 4 -> integer_to_list(range(-3, 20));
        5 -> integer_to_list(one([-128, 127, 128, 255, 256, 1000, -1000, 65535, 65536, 1 bsl 27]));
        6 -> around(one([27, 28, 31, 32, 59, 60, 62, 63, 64]));
        7 -> around(one([59, 59, 63, 64, 127, 128]));
        8 -> integer_to_list(range(-(1 bsl 40), 1 bsl 40));
        9 -> around(one([95, 192, 256, 1000]));
        _ -> integer_to_list(sign() * (range(1, 1 bsl 64) * range(1, 1 bsl 62) + n(5)))
    end.

around(Bits) -> integer_to_list(sign() * ((1 bsl Bits) + range(-2, 2))).

sign() -> one([1, -1]).

float() ->
    one(["0.0", "-0.0", "1.0", "-1.0", "0.5", "2.5", "-2.5", "1.5", "3.14159", "1.0e10", "1.0e22",
         "1.0e23", "-1.0e100", "1.7976931348623157e308", "5.0e-324", "2.2250738585072014e-308",
         "0.1", "0.2", "123456789.123", "9007199254740993.0", "9007199254740992.0",
         "1.8446744073709552e19", "-9.223372036854775808e18", "576460752303423488.0", "65504.0",
         "3.4028234663852886e38", "1.0e-7", "1.23e-5", "100.0", "4.0", "7.0"]).

atom() ->
    one(["a", "b", "c", "ok", "error", "undefined", "true", "false", "'A'", "'hello world'", "''",
         "'\\x{3b1}\\x{3b2}'", "'é'", "infinity", "lists", "erlang", "k1", "k2", "foo", "r1",
         "badarg", "normal", "'$1'", "'_'"]).

list(D) when D =< 0 -> one(["[]", "[1]", "[a, b]", "[1, 2.0, 3]", "[a | b]", "[[]]", "\"str\""]);
list(D) ->
    Tail = case chance(10) of
               true -> [" | ", term(D - 1)];
               false -> []
           end,
    case n(5) - 1 of
        0 -> "[]";
        N -> ["[", lists:join(", ", fuzz_pick:times(N, fun() -> term(D - 1) end)), Tail, "]"]
    end.

tuple(D) ->
    ["{", lists:join(", ", fuzz_pick:times(n(5) - 1, fun() -> term(D - 1) end)), "}"].

map(D) ->
    Pairs = fuzz_pick:times(n(4) - 1, fun() -> [term(D - 1), " => ", term(D - 1)] end),
    ["#{", lists:join(", ", Pairs), "}"].

bin() ->
    one(["<<>>", "<<0>>", "<<\"abc\">>", "<<1, 2, 3>>", "<<255>>", "<<\"hello world\">>", "<<\"12\">>",
         "<<\"é€\"/utf8>>", "<<\"a,b,,c\">>", "<<-1:64>>", "<<0:256>>", "<<\"ABCabc\">>", "<<131, 97, 5>>",
         "<<\"0123456789012345678901234567890123456789012345678901234567890123456789\">>",
         "<<1.5/float>>", "<<16#D8, 0>>", "<<200, 100>>", "<<\"-3.5e2\">>"]).

bits() ->
    one(["<<1:1>>", "<<0:1>>", "<<5:3>>", "<<1, 2:7>>", "<<-1:9>>", "<<1:65>>", "<<\"abc\", 3:2>>",
         "<<0:129>>", "<<170:8, 85:7>>", "<<7:4, \"hello\">>", bin(), bin()]).

%% ------------------------------------------------------------------ term mode

tests(Count) ->
    [test(lists:concat(["t", I])) || I <- lists:seq(1, Count)].

test(Name) ->
    Body =
        case n(7) of
            1 -> encode();
            2 -> encode();
            3 -> order();
            4 -> order();
            5 -> large_map();
            6 -> print();
            _ -> numbers()
        end,
    {Name, [Name, "() ->\n    ", Body, ".\n\n"]}.

terms(N, D) -> ["[", lists:join(",\n     ", variants(fuzz_pick:times(N, fun() -> term(D) end))), "]"].

%% Neighbours of a term, for what only just differs.
variants(Terms) -> lists:append([[T | variant(T)] || T <- Terms]).

variant(T) ->
    case n(5) of
        1 -> [["{", T, "}"]];
        2 -> [["[", T, "]"]];
        3 -> [["[", T, " | ", one(["0", "a", "[]", "0.0"]), "]"]];
        4 -> [["#{", T, " => 1}"], ["#{1 => ", T, "}"]];
        _ -> []
    end.

encode() ->
    ["[begin\n    T = fuzz_show:id(T0), B = term_to_binary(T",
     one(["", "", ", [{minor_version, 1}]", ", [compressed]", ", [{compressed, 9}]", ", []"]),
     "),\n    {B, binary_to_term(B) =:= T, binary_to_term(B, [used]), erlang:external_size(T),\n"
     "     erlang:phash2(T), erlang:phash2(T, 1000), erlang:phash(T, 100000), erlang:md5(B),\n"
     "     erlang:crc32(B), erlang:adler32(B), catch erlang:iolist_size(T),\n"
     "     catch iolist_to_binary(T), erts_debug:flat_size(T)}\n    end || T0 <- ", terms(5, 3), "]"].

order() ->
    ["L = fuzz_show:id(", terms(6, 2), "),\n",
     "    {lists:sort(L), lists:usort(L), ",
     "[{A < B, A =< B, A == B, A =:= B, A > B, A >= B} || A <- L, B <- L],\n",
     "     lists:min(L), lists:max(L), [max(A, B) || A <- L, B <- L],\n",
     "     lists:keysort(1, [{X} || X <- L]), [lists:member(A, L -- [A]) || A <- L],\n",
     "     L -- lists:reverse(L), [X || {X, _} <- lists:sort([{X, 1} || X <- L])],\n",
     "     maps:keys(maps:from_list([{X, 1} || X <- lists:sublist(L, 20)])),\n",
     "     ordsets:from_list(L), [lists:keyfind(A, 1, [{B} || B <- L]) || A <- L]}"].

large_map() ->
    Key = one(["X", "{X}", "<<X:32>>", "[X]", "X * 12345678901234567", "X / 3", "X + 0.0", "-X",
               "{X, X rem 3}", "[X, X bsl 60]", "#{X => X}", "X bsl (X rem 100)", "integer_to_list(X)",
               "{X, <<X>>, [X / 7]}", "<<X:7>>", "X rem 50"]),
    Count = integer_to_list(one([20, 31, 32, 33, 34, 50, 100, 300])),
    ["M = maps:from_list([{", Key, ", X} || X <- fuzz_show:id(lists:seq(1, ", Count, "))]),\n",
     "    N = maps:filter(fun(_, V) -> V rem ", integer_to_list(range(2, 5)), " =/= 0 end, M),\n",
     "    O = maps:fold(fun(K, _, A) -> case erlang:phash2(K, 3) of 0 -> maps:remove(K, A); "
     "_ -> A end end, M, M),\n"
     "    {maps:keys(M), maps:values(M), maps:to_list(N), maps:keys(O), map_size(O), M == N, M < N, N < O,\n"
     "     maps:merge(N, O) =:= M, maps:keys(maps:merge(N, O)), maps:with(lists:sublist(maps:keys(M), 5), M),\n"
     "     erlang:phash2(M), erlang:phash2(N), term_to_binary(O), lists:sort([M, N, O, #{}]) =:= [#{}, N, O, M],\n"
     "     maps:fold(fun(K, V, A) -> [{V, K} | A] end, [], O), maps:next(maps:iterator(M)) =/= none,\n"
     "     io_lib:format(\"~w\", [O]), binary_to_term(term_to_binary(M)) =:= M,\n"
     "     maps:update_with(lists:last(maps:keys(M)), fun(V) -> {V} end, M) =:= M,\n"
     "     maps:take(hd(maps:keys(M)), M) =:= error}"].

print() ->
    ["[begin T = fuzz_show:id(T0), [lists:flatten(io_lib:format(F, [T])) || F <- [\"~p\", \"~w\", \"~0p\", "
     "\"~tp\", \"~tw\", \"~30p\"]] end || T0 <- ", terms(3, 3), "]\n    -- [catch io_lib:format(\"~s\", [T]) || T <- ",
     terms(2, 1), "]"].

numbers() ->
    Ints = fuzz_pick:times(5, fun() -> int() end),
    Floats = fuzz_pick:times(4, fun() -> float() end),
    ["L = fuzz_show:id([", lists:join(", ", Ints ++ Floats), "]),\n",
     "    C = fun(F) -> try F() catch _:R -> R end end,\n",
     "    {[{C(fun() -> A + B end), C(fun() -> A - B end), C(fun() -> A * B end), C(fun() -> A / B end),\n"
     "       C(fun() -> A div B end), C(fun() -> A rem B end), C(fun() -> A band B end),\n"
     "       C(fun() -> A bor B end), C(fun() -> A bxor B end), A < B, A == B} || A <- L, B <- L],\n"
     "     [{C(fun() -> trunc(A) end), C(fun() -> round(A) end), C(fun() -> floor(A) end),\n"
     "       C(fun() -> ceil(A) end), C(fun() -> float(A) end), abs(A), -A, C(fun() -> bnot A end),\n"
     "       C(fun() -> integer_to_list(A) end), C(fun() -> integer_to_binary(A, 16) end),\n"
     "       C(fun() -> float_to_list(A) end), C(fun() -> float_to_list(A, [short]) end),\n"
     "       C(fun() -> float_to_binary(A, [{decimals, 4}, compact]) end),\n"
     "       C(fun() -> float_to_list(A, [{scientific, 3}]) end), C(fun() -> A bsr 3 end),\n"
     "       C(fun() -> A bsl 61 end), C(fun() -> math:sqrt(A) end), io_lib:format(\"~w\", [A]),\n"
     "       C(fun() -> <<A:40, A:61/little, A:100/signed>> end), C(fun() -> <<A/float>> end),\n"
     "       C(fun() -> <<A:32/float>> end), C(fun() -> <<A:16/float>> end)} || A <- L]}"].
