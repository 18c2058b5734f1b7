%% The three classes of exceptions, caught by try and by catch.
-module(exc_classes).
-export([main/0, id/1]).

main() ->
    Fs = [fun() -> throw(id(t)) end, fun() -> error(id(e)) end, fun() -> exit(id(x)) end, fun() -> id(v) end],
    {[try F() catch throw:T -> {throw, T}; error:E -> {error, E}; exit:X -> {exit, X} end || F <- Fs],
     [case catch F() of {'EXIT', {R, S}} when is_list(S) -> {exit_with_stack, R}; Other -> Other end
      || F <- Fs]}.

%% Hides a value from the compiler.
id(X) -> X.
