%% The order in which of, catch and after run, and what the whole returns.
-module(exc_try_of_after).
-export([main/0, id/1]).

main() ->
    [run(A) || A <- [value, throw, error, exit, other]].

run(A) ->
    put(log, []),
    R = try
            log(body), act(id(A))
        of
            value -> log('of'), of_result;
            Other -> log('of'), {other, Other}
        catch
            throw:T -> log('catch'), {caught, T};
            _:E -> log('catch'), {caught_any, E}
        after
            log('after'), ignored
        end,
    {A, R, lists:reverse(get(log))}.

log(X) -> put(log, [X | get(log)]).

act(throw) -> throw(thrown);
act(error) -> error(failed);
act(exit) -> exit(left);
act(X) -> X.

%% Hides a value from the compiler.
id(X) -> X.
