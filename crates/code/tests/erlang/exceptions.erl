-module(exceptions).
-export([safe/1, old/1, nested/1, always/2, trace/1, reraise/1, no_clause/1]).

safe(Fun) ->
    try Fun() of
        {ok, Value} -> Value
    catch
        throw:Thrown -> {thrown, Thrown};
        error:badarg -> badarg;
        Class:Reason -> {Class, Reason}
    end.

old(Fun) ->
    case catch Fun() of
        {'EXIT', Reason} -> {exit, Reason};
        Value -> Value
    end.

nested(Fun) ->
    try
        try Fun() catch error:Reason -> throw({inner, Reason}) end
    catch
        throw:{inner, Inner} -> Inner
    end.

always(Fun, Cleanup) ->
    try Fun() after Cleanup() end.

trace(Fun) ->
    try Fun() catch _:_:Stack -> Stack end.

reraise(Fun) ->
    try Fun() catch Class:Reason:Stack -> erlang:raise(Class, {wrapped, Reason}, Stack) end.

no_clause(X) when X > 0 -> if X > 10 -> large; X > 5 -> medium end.
