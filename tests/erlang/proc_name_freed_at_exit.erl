%% A name is free again as soon as its process is seen to be gone.
-module(proc_name_freed_at_exit).
-export([main/0]).

main() ->
    [begin
         {P, M} = spawn_monitor(fun() -> register(corpus_again, self()), receive stop -> ok end end),
         P ! stop, receive {'DOWN', M, process, P, R} -> {R, whereis(corpus_again)} end
     end || _ <- lists:seq(1, 20)].
