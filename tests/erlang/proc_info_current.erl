%% current_function, current_stacktrace and current_location of a waiting process.
-module(proc_info_current).
-export([main/0]).

main() ->
    P = spawn(fun() -> outer() end), receive after 10 -> ok end,
    R = {process_info(P, current_function), [{M, F, A}
        || {M, F, A, _} <- element(2, process_info(P, current_stacktrace))],
        element(4, element(2, process_info(P, current_location)))},
    exit(P, kill), R.

outer() -> inner(), ok.
inner() -> receive never -> ok end, [].
