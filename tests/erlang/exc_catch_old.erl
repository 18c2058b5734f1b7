%% The old catch: values, throws, exits and errors, nested and in arguments.
-module(exc_catch_old).
-export([main/0, id/1]).

main() ->
    {catch id(1), catch throw(x), catch exit(bye), strip(catch error(oops)), strip(catch 1 + id(a)),
     catch (catch throw(a)), [catch throw(I) || I <- [1, 2]], {catch throw(l), catch throw(r)},
     (catch throw(2)) + 1, begin catch throw(ignored), kept end, strip(catch hd(id([])))}.

strip({'EXIT', {R, [{M, F, A, _} | _]}}) -> {'EXIT', R, M, F, A}.

%% Hides a value from the compiler.
id(X) -> X.
