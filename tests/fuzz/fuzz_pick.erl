%% The chance of the generator: one seeded source, so that a program's number is all that one needs
%% to make it again. Also hands out names and the fuel that bounds how large a function becomes.
-module(fuzz_pick).

-export([seed/1, n/1, range/2, one/1, weighted/1, chance/1, times/2, fresh/1]).
-export([refuel/1, spend/0, wrong/1]).

-spec seed(integer()) -> ok.
seed(Seed) ->
    _ = rand:seed(exsss, Seed),
    put(fuzz_fresh, 0),
    put(fuzz_fuel, 0),
    ok.

%% 1..Max.
n(Max) -> rand:uniform(Max).

range(Low, High) -> Low + rand:uniform(High - Low + 1) - 1.

one(List) when is_list(List) -> lists:nth(rand:uniform(length(List)), List).

%% [{Weight, Fun}]: calls one of the funs.
weighted(Choices) ->
    Total = lists:sum([W || {W, _} <- Choices]),
    weighted(rand:uniform(Total), Choices).

weighted(N, [{W, F} | _]) when N =< W -> F();
weighted(N, [{W, _} | Rest]) -> weighted(N - W, Rest).

%% true in Percent of the calls.
chance(Percent) -> rand:uniform(100) =< Percent.

times(N, F) -> [F() || _ <- lists:seq(1, N)].

%% A variable's name that no other has within a program: nothing is shadowed or unsafe by accident.
fresh(Prefix) ->
    N = get(fuzz_fresh) + 1,
    put(fuzz_fresh, N),
    Prefix ++ integer_to_list(N).

refuel(N) ->
    put(fuzz_careful, chance(55)),
    put(fuzz_fuel, N),
    ok.

spend() ->
    N = get(fuzz_fuel),
    put(fuzz_fuel, N - 1),
    N > 0.

%% true in Percent of the calls, in a function that may go wrong at all: half of them are careful, so
%% that what they compute in the end is a value.
wrong(Percent) -> get(fuzz_careful) =:= false andalso chance(Percent).
