%% The stack variable is fresh for each handler and survives other exceptions.
-module(exc_stacktrace_variable).
-export([main/0]).

main() ->
    try error(one)
    catch
        error:one:S1 ->
            Two = try error(two) catch error:two:S2 -> S2 end,
            Line = fun(S) -> hd([proplists:get_value(line, I) || {?MODULE, main, 0, I} <- S]) end,
            {Line(S1), Line(Two), is_list(S1), element(1, hd(S1)),
             try throw(x) catch throw:x:S3 -> [F || {?MODULE, F, _, _} <- S3] end}
    end.
