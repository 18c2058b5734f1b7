%% Handlers with guards, alternatives, patterns and classes as variables.
-module(exc_many_clauses_of_handler).
-export([main/0]).

main() ->
    [h(X) || X <- [{throw, 1}, {throw, -1}, {error, badarg}, {error, {badmatch, 3}}, {exit, normal},
     {exit, {shutdown, why}}, {error, #{k => v}}, {throw, "str"}]].

h({Class, Reason}) ->
    try raise(Class, Reason)
    catch
        throw:N when is_integer(N), N > 0 -> {positive, N};
        throw:N when is_integer(N) -> {other, N};
        error:badarg -> badarg;
        error:{badmatch, V} -> {badmatch, V};
        exit:R when R =:= normal; element(1, R) =:= shutdown -> {clean, R};
        C:#{k := V} -> {map, C, V};
        C:[H | _] -> {list, C, H}
    end.

raise(throw, R) -> throw(R);
raise(error, R) -> error(R);
raise(exit, R) -> exit(R).
