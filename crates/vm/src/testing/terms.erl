%% Terms of all types, and calls of natives that take any term. Large maps have no atoms in their
%% keys: their order there depends on when an atom was made.
-module(terms).
-export([main/0]).

main() ->
    rand:seed(exsss, {1, 2, 3}),
    Terms = fixed() ++ [term(3) || _ <- lists:seq(1, 1500)],
    lists:append([alone(Term) || Term <- Terms]) ++ pairs(Terms) ++ checksums().

alone(Term) ->
    [{erlang, phash2, [Term]},
     {erlang, phash2, [Term, 1 bsl 32]},
     {erlang, phash, [Term, 1 bsl 32]},
     {erlang, term_to_binary, [Term]},
     {erlang, term_to_binary, [Term, [{minor_version, 2}]]},
     {erlang, term_to_binary, [Term, [{minor_version, 0}]]},
     {erlang, term_to_binary, [Term, [deterministic]]},
     {erlang, term_to_binary, [Term, [compressed]]},
     {erlang, term_to_binary, [Term, [{compressed, 9}]]},
     {erlang, binary_to_term, [term_to_binary(Term, [compressed])]},
     {erlang, binary_to_term, [term_to_binary([Term, Term], [compressed]), [used]]},
     {erlang, binary_to_term, [<<(term_to_binary(Term))/binary, 1, 2, 3>>, [used]]},
     {erlang, binary_to_term, [<<131, 80, 0, 0, 1, 0, 1, 2, 3>>]},
     {erlang, binary_to_term, [cut(term_to_binary(Term))]},
     {erlang, term_to_iovec, [Term]},
     {erlang, term_to_iovec, [Term, [{minor_version, 2}]]},
     {erlang, external_size, [Term]},
     {erlang, external_size, [Term, [{minor_version, 0}]]},
     {erlang, external_size, [Term, [{minor_version, 1}]]}].

cut(Bytes) ->
    binary:part(Bytes, 0, rand:uniform(byte_size(Bytes)) - 1).

pairs(Terms) ->
    Tuple = list_to_tuple([Term || Term <- Terms, erts_debug:flat_size(Term) < 5000]),
    Pick = fun() -> element(rand:uniform(tuple_size(Tuple)), Tuple) end,
    lists:append([compare(A, B) || _ <- lists:seq(1, 3000), A <- [Pick()], B <- [Pick()]]) ++
    lists:append([compare(A, near(A)) || A <- Terms]).

compare(A, B) ->
    [{erlang, F, [X, Y]} || F <- ['<', '==', '=:='], {X, Y} <- [{A, B}, {B, A}]] ++
    [{erlang, min, [A, B]}, {erlang, max, [A, B]}].

%% A term that differs in little, or only in the kind of a number.
near(Term) when is_integer(Term) ->
    try pick([float(Term), Term + 1, Term * 1.0000001, -Term]) catch error:_ -> Term - 1 end;
near(Term) when is_float(Term) ->
    pick([trunc(Term), round(Term), -Term, Term / 2]);
near([Head | Tail]) ->
    case rand:uniform(2) of 1 -> [near(Head) | Tail]; 2 -> [Head | near(Tail)] end;
near(Term) when is_tuple(Term), tuple_size(Term) > 0 ->
    At = rand:uniform(tuple_size(Term)),
    setelement(At, Term, near(element(At, Term)));
near(Term) when map_size(Term) > 0 ->
    Key = pick(maps:keys(Term)),
    Value = maps:get(Key, Term),
    case rand:uniform(3) of
        1 -> Term#{Key := near(Value)};
        2 -> maps:put(near(Key), Value, maps:remove(Key, Term));
        3 -> lists:foldl(fun(K, M) -> M#{K := near(maps:get(K, M))} end, Term, maps:keys(Term))
    end;
near(Term) when is_bitstring(Term), bit_size(Term) > 1 ->
    Size = bit_size(Term) - 1,
    <<Part:Size/bitstring, _/bitstring>> = Term,
    pick([Part, <<Term/bitstring, 1:1>>, <<1:1, Part/bitstring>>]);
near(Term) ->
    Term.

pick(List) ->
    lists:nth(rand:uniform(length(List)), List).

fixed() ->
    [0, -1, 255, 256, 1 bsl 27 - 1, 1 bsl 27, -(1 bsl 27), -(1 bsl 27) - 1, 1 bsl 31, 1 bsl 32,
     1 bsl 59 - 1, 1 bsl 59, -(1 bsl 59), -(1 bsl 59) - 1, 1 bsl 63, 1 bsl 64, -(1 bsl 64),
     1 bsl 64 - 1, 1 bsl 2039, 1 bsl 2040, -(1 bsl 4000), 1 bsl 1023, 1 bsl 1024,
     0.0, -0.0, 1.0, -1.5, 1.0e308, 5.0e-324, 9007199254740992.0, 9007199254740993,
     1152921504606846976.0, 576460752303423488.0, 576460752303423487, 1.8446744073709552e19,
     '', a, 'å', 'λ', 'Aλ', list_to_atom(lists:duplicate(255, $x)),
     list_to_atom(lists:duplicate(255, 16#e5)), list_to_atom(lists:duplicate(255, 16#3bb)),
     [], {}, #{}, <<>>, <<1:1>>, <<0:7>>, "a", lists:duplicate(65535, 7), lists:duplicate(65536, 7),
     [1 | 2], [a | b], [[[]]], [$a, $b | c], [1, 2, 3, 4 | <<5>>],
     list_to_tuple(lists:seq(1, 255)), list_to_tuple(lists:seq(1, 256)),
     binary:copy(<<1, 2, 3>>, 1000), binary:copy(<<0>>, 100000),
     [binary:copy(<<4>>, 65), [binary:copy(<<5>>, 64) | <<(binary:copy(<<6>>, 99))/binary, 5:3>>], a],
     [fun() -> X end || X <- [{binary:copy(<<9>>, 200), 1}]],
     fun lists:map/2, fun erlang:phash2/1, fun 'λ':f/3, fun() -> ok end,
     [fun() -> X end || X <- [1, {a, "b"}]], [fun(_, _) -> {X, self()} end || X <- [<<1>>]],
     self(), list_to_pid("<0.12345.0>"), list_to_pid("<0.7.3>"), hd(erlang:ports()), make_ref(),
     list_to_ref("#Ref<0.1.2.3>"), own_reference(262143, 4000000000, 16383), own_reference(5, 6, 7),
     identity(88, <<0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3>>),
     identity(88, <<0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 3>>),
     identity(89, <<0, 0, 0, 1, 0, 0, 0, 2>>),
     identity(120, <<0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3>>),
     binary_to_term(<<131, 90, 3:16, 100, 3:16, "a@b", 7:32, 1:32, 2:32, 3:32>>),
     binary_to_term(<<131, 90, 5:16, 100, 3:16, "a@b", 7:32, 1:32, 2:32, 3:32, 4:32, 5:32>>)] ++
    [maps:from_list([{K, K} || K <- lists:seq(1, N)]) || N <- [1, 31, 32, 33, 34, 100, 1000, 3000]] ++
    [maps:from_list([{K * 1.5, {K}} || K <- lists:seq(1, N)]) || N <- [33, 500]] ++
    [maps:from_list([{integer_to_binary(K), K} || K <- lists:seq(1, N)]) || N <- [33, 500]] ++
    [maps:from_list([{{K, [K]}, #{K => K}} || K <- lists:seq(1, N)]) || N <- [40, 300]] ++
    [maps:from_list([{#{K => integer_to_list(K)}, K} || K <- lists:seq(1, N)]) || N <- [40]] ++
    [maps:from_list([{1 bsl K, K} || K <- lists:seq(1, N)]) || N <- [40, 200]].

own_reference(Low, Middle, High) ->
    binary_to_term(<<131, 90, 3:16, 100, 13:16, "nonode@nohost", 0:32, Low:32, Middle:32, High:32>>).

%% A pid or port of another node.
identity(Tag, Numbers) ->
    binary_to_term(<<131, Tag, 100, 3:16, "a@b", Numbers/binary>>).

term(0) -> flat();
term(Depth) ->
    case rand:uniform(10) of
        1 -> [term(Depth - 1) || _ <- lists:seq(1, rand:uniform(6))];
        2 -> [term(Depth - 1) || _ <- lists:seq(1, rand:uniform(3))] ++ term(Depth - 1);
        3 -> list_to_tuple([term(Depth - 1) || _ <- lists:seq(0, rand:uniform(6) - 1)]);
        4 -> maps:from_list([{term(Depth - 1), term(Depth - 1)} || _ <- lists:seq(1, rand:uniform(8))]);
        5 -> large(Depth);
        _ -> flat()
    end.

large(Depth) ->
    case rand:uniform(6) of
        1 -> maps:from_list([{key(Depth - 1), flat()} || _ <- lists:seq(1, 20 + rand:uniform(60))]);
        _ -> #{flat() => flat()}
    end.

%% Without atoms.
key(0) -> pick([rand:uniform(1000), integer(), rand:uniform() * 1000, bytes(), "abc", [], {}, bits()]);
key(Depth) ->
    case rand:uniform(4) of
        1 -> [key(Depth - 1) || _ <- lists:seq(1, rand:uniform(4))];
        2 -> list_to_tuple([key(Depth - 1) || _ <- lists:seq(0, rand:uniform(4) - 1)]);
        3 -> maps:from_list([{key(Depth - 1), key(Depth - 1)} || _ <- lists:seq(1, rand:uniform(4))]);
        4 -> key(0)
    end.

flat() ->
    case rand:uniform(12) of
        1 -> integer();
        2 -> rand:uniform(256) - 1;
        3 -> rand:normal() * math:pow(10, rand:uniform(40) - 20);
        4 -> float(integer() rem (1 bsl 900));
        5 -> pick([a, b, c, ok, error, true, 'å', 'hello world', '', 'λλ']);
        6 -> bytes();
        7 -> bits();
        8 -> [rand:uniform(256) - 1 || _ <- lists:seq(1, rand:uniform(20))];
        9 -> pick([[], {}, #{}, <<>>]);
        10 -> pick([self(), list_to_pid("<0.100.0>"), fun lists:map/2]);
        11 -> rand:uniform(1 bsl 30) - (1 bsl 29);
        12 -> [rand:uniform(256) - 1 || _ <- lists:seq(1, rand:uniform(5))] ++ pick([a, 1000, 1.0])
    end.

integer() ->
    pick([1, -1]) * (rand:uniform(1 bsl 62) bsl pick([0, 0, 0, 10, 64, 100, 500])) div
        (1 bsl (rand:uniform(60) - 1)).

bytes() ->
    rand:bytes(pick([rand:uniform(12), rand:uniform(64), 64 + rand:uniform(100)])).

bits() ->
    Size = rand:uniform(100),
    <<_:3, Bits:Size/bitstring, _/bitstring>> = rand:bytes(20),
    Bits.

checksums() ->
    Data = ["hello", [<<"world">>, 1, [[2]] | <<3>>], <<1, 2, 3>>, [], <<>>, binary:copy(<<7>>, 70000),
            lists:seq(0, 255), [256], [a], <<1:3>>, atom, [1 | 2], [[1 | 2]], [-1], [<<1:1>>]],
    [{erlang, F, [D]} || F <- [md5, crc32, adler32], D <- Data] ++
    [{erlang, F, [Old, D]} || F <- [crc32, adler32], Old <- [0, 1, 123456789, 1 bsl 32, -1, a], D <- Data] ++
    [{erlang, F, [A, B, N]} || F <- [crc32_combine, adler32_combine],
                               A <- [0, 1, 4294967295, 77], B <- [5, 12345678], N <- [0, 1, 65521, 1000000]] ++
    [{erlang, md5_update, [<<1>>, "x"]},
     {erlang, md5_final, [<<>>]}] ++
    [{erlang, md5_final, [erlang:md5_update(erlang:md5_init(), lists:duplicate(N, 2))]} ||
        N <- [0, 1, 55, 56, 63, 64, 65, 130]] ++
    [{erlang, phash2, [a, R]} || R <- [0, 1, -1, a, 1 bsl 32 + 1, 1.0]] ++
    [{erlang, phash, [a, R]} || R <- [0, 1, -1, a, 1 bsl 32 + 1, 1.0]] ++
    [{erlang, term_to_binary, [a, O]} || O <- [[], [x], x, [{compressed, 10}], [{minor_version, 3}],
                                                [{compressed, 0}], [compressed | x], [{compressed}], [local]]] ++
    [{erlang, external_size, [a, O]} || O <- [[], x, [x], [{minor_version, 2}], [deterministic],
                                              [compressed], [{compressed, 0}], [{minor_version, 0} | x]]] ++
    [{erlang, binary_to_term, [B]} || B <- [<<>>, <<131>>, <<130, 97, 1>>, a, <<131, 97, 1:1>>,
                                            <<131, 116, 2:32, 97, 1, 97, 1, 97, 1, 97, 2>>,
                                            <<131, 70, 16#7ff0:16, 0:48>>, <<131, 99, "1.5", 0:224>>,
                                            <<131, 99, "1.50000000000000000000e+01", 0:40>>,
                                            <<131, 110, 2, 1, 0, 0>>, <<131, 110, 9, 0, 1, 0:64>>,
                                            <<131, 110, 0, 0>>, <<131, 111, 3:32, 1, 1, 2, 3>>,
                                            <<131, 107, 0, 0>>, <<131, 108, 0:32, 106>>, <<131, 108, 0:32, 97, 5>>,
                                            <<131, 115, 1, "a">>, <<131, 119, 2, 16#c3, 16#a5>>, <<131, 119, 1, 16#c3>>,
                                            <<131, 118, 0, 1, "a">>, <<131, 100, 1, 0, 0:2048>>,
                                            <<131, 77, 1:32, 0, 1>>, <<131, 77, 1:32, 9, 1>>, <<131, 77, 0:32, 0>>,
                                            <<131, 77, 1:32, 8, 1>>, <<131, 77, 2:32, 3, 255, 255>>,
                                            <<131, 105, 1:32, 97, 1>>, <<131, 105, 16#ffffffff:32, 97, 1>>,
                                            <<131, 103, 100, 3:16, "a@b", 1:32, 2:32, 3>>,
                                            <<131, 103, 100, 3:16, "a@b", 1:32, 2:32, 4>>,
                                            <<131, 102, 100, 3:16, "a@b", 1:32, 3>>,
                                            <<131, 101, 100, 3:16, "a@b", 1:32, 3>>,
                                            <<131, 114, 2:16, 100, 3:16, "a@b", 3, 1:32, 2:32>>,
                                            <<131, 114, 2:16, 100, 3:16, "a@b", 3, 262144:32, 2:32>>,
                                            <<131, 90, 6:16, 100, 3:16, "a@b", 3:32, 1:32, 2:32, 3:32, 4:32, 5:32, 6:32>>,
                                            <<131, 113, 100, 1:16, "m", 100, 1:16, "f", 98, -1:32>>,
                                            <<131, 113, 100, 1:16, "m", 100, 1:16, "f", 97, 3>>,
                                            <<131, 98, -1:32>>, <<131, 109, 5:32, 1, 2>>, <<131, 255>>]] ++
    [{erlang, binary_to_term, [B, [safe]]} ||
        B <- [<<131, 100, 5:16, "zzzzq">>, <<131, 100, 2:16, "ok">>, <<131, 97, 1>>]] ++
    [{erlang, binary_to_term, [<<131, 97, 1>>, O]} || O <- [[], [used], [safe, used], [x], a, [used | safe]]] ++
    [{erlang, binary_to_term, [P]} || <<_:5, P:24/bitstring, _/bitstring>> <- [<<131:13, 97, 7, 0:10>>]].
