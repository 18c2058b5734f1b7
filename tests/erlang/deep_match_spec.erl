%% A match specification's pattern 2,000 deep.
-module(deep_match_spec).
-export([main/0]).

main() ->
    P = nest(2000, '$1'), T = ets:new(t, [set]),
        ets:insert(T, [{1, nest(2000, found)}, {2, nest(1999, no)}, {3, nest(2000, also)}]),
    {lists:sort(ets:match(T, {'_', P})), lists:sort(ets:select(T, [{{'$2', P}, [{'=/=', '$1', no}], ['$2']}]))}.

nest(0, T) -> T;
nest(N, T) -> nest(N - 1, {T}).
