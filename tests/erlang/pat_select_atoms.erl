%% A choice among many atoms, and what falls through.
-module(pat_select_atoms).
-export([main/0, id/1]).

main() ->
    [{A, day(A)} || A <- [id(mon), tue, wed, thu, fri, sat, sun, mo, 'Mon', "mon", <<"mon">>, 1, []]].

day(mon) -> 1; day(tue) -> 2; day(wed) -> 3; day(thu) -> 4; day(fri) -> 5; day(sat) -> 6; day(sun) -> 7;
day([]) -> nil; day(D) -> {unknown, D}.

%% Hides a value from the compiler.
id(X) -> X.
