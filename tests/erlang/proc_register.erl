%% register, whereis, unregister, registered, and sending by name.
-module(proc_register).
-export([main/0]).

main() ->
    P = spawn(fun() -> receive {From, X} -> From ! {got, X} end end),
    R1 = register(corpus_name, P), corpus_name ! {self(), 1}, R2 = receive {got, 1} -> got end,
    M = monitor(process, P), receive {'DOWN', M, _, _, _} -> ok end,
    {R1, R2, whereis(corpus_name), register(corpus_me, self()), whereis(corpus_me) =:= self(),
     lists:member(corpus_me, registered()), process_info(self(), registered_name),
     begin {corpus_me, node()} ! hi, receive hi -> hi end end, unregister(corpus_me),
     process_info(self(), registered_name), whereis(corpus_me)}.
