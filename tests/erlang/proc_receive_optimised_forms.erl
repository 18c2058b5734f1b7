%% receive with a reference in loops, in helper functions and with timeouts.
-module(proc_receive_optimised_forms).
-export([main/0]).

main() ->
    S = self(), Srv = spawn(fun() -> srv() end), [S ! {junk, I} || I <- lists:seq(1, 100)],
    A = [call(Srv, I) || I <- lists:seq(1, 20)], B = multi(Srv, 10), C = call_t(Srv, slow, 5),
        D = receive {junk, 50} -> fifty end, {A, B, C, D, element(2, process_info(S, message_queue_len)) >= 99}.

srv() -> receive {F, R, slow} -> receive after 30 -> F ! {R, slow} end, srv();
{F, R, N} -> F ! {R, N * N}, srv() end.
call(P, M) -> R = make_ref(), P ! {self(), R, M}, receive {R, V} -> V end.
call_t(P, M, T) -> R = make_ref(), P ! {self(), R, M}, receive {R, V} -> V after T -> timeout end.
multi(P, N) -> Rs = [begin R = make_ref(), P ! {self(), R, I}, R end || I <- lists:seq(1, N)],
    [receive {R, V} -> V end || R <- lists:reverse(Rs)].
