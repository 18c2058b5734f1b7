%% process_info keys whose values are the same everywhere.
-module(proc_info_keys).
-export([main/0]).

main() ->
    S = self(), P = spawn_link(fun() -> put(d, 1), S ! ready, receive stop -> ok end end),
        receive ready -> ok end, P ! msg1, P ! {msg, 2}, receive after 5 -> ok end,
    {[process_info(P, K) || K <- [registered_name, status, message_queue_len, messages, dictionary, trap_exit,
     priority, error_handler, current_function, initial_call]], process_info(P, links) =:= {links, [self()]},
     process_info(self(), links) =:= {links, [P]},
     process_info(P, [status, links]) =:= [{status, waiting}, {links, [self()]}],
     process_info(P, [message_queue_len, priority]),
     process_info(P, group_leader) =:= {group_leader, group_leader()},
     [is_integer(element(2, process_info(P, K)))
      || K <- [heap_size, stack_size, reductions, memory, total_heap_size]], process_info(P, monitors),
      begin monitor(process, P), process_info(P, monitored_by) =:= {monitored_by, [self()]} end,
      begin unlink(P), exit(P, kill), receive {'DOWN', _, _, P, W} -> W end end, process_info(P),
      process_info(P, status)}.
