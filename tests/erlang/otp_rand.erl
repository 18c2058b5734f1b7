%% rand with fixed seeds: every algorithm's numbers, ranges, reals, normals, bytes, shuffles by sort.
-module(otp_rand).
-export([main/0, id/1]).

main() ->
    [begin S0 = rand:seed_s(A, {1, 2, 3}), {N1, S1} = rand:uniform_s(1000, S0),
     {N2, S2} = rand:uniform_s(1 bsl 70, S1), {F, S3} = rand:uniform_s(S2), {R, S4} = rand:uniform_real_s(S3),
      {G, S5} = rand:normal_s(S4), {B, S6} = rand:bytes_s(5, S5), {H, _} = rand:normal_s(10, 4, S6),
       {A, N1, N2, F, R, G, B, H} end || A <- [exsss, exro928ss, exrop, exs1024s, exsp, exs64, exsplus,
        exs1024]]
        ++ [begin rand:seed(exsss, 42), [rand:uniform(100) || _ <- lists:seq(1, 10)] end,
            rand:export_seed() =:= undefined, element(1, rand:uniform_s(10, rand:jump(rand:seed_s(exsss, 7)))),
            begin rand:seed(exsss, {4, 5, 6}),
            [X || {_, X} <- lists:sort([{rand:uniform(), I} || I <- lists:seq(1, 10)])] end,
             element(1, rand:splitmix64_next(5)), rand:mwc59(12345), rand:exsp_next([1 | 2]),
             e(fun() -> rand:uniform(id(0)) end), e(fun() -> rand:seed(id(nope)) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
