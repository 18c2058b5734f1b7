%% An error raised again from a handler keeps its first trace.
-module(uncaught_reraised).
-export([main/0]).

main() ->
    try inner()
    catch
        error:R:S -> erlang:raise(error, {again, R}, S)
    end.

inner() -> X = error(first), [X].
