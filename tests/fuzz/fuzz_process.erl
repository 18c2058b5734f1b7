%% Test functions about processes, messages, timers and tables, as text. Each has one right outcome
%% whatever the scheduler does: only the order between two processes is relied on.
-module(fuzz_process).

-export([test/1]).

-import(fuzz_pick, [n/1, one/1, chance/1, weighted/1, range/2, fresh/1]).
-import(fuzz_expr, [e/3, bind/3]).

test(Env) ->
    weighted(
      [{3, fun() -> exit_reason(Env) end},
       {2, fun() -> linked(Env) end},
       {3, fun() -> order(Env) end},
       {3, fun() -> selective(Env) end},
       {3, fun() -> server(Env) end},
       {2, fun() -> timers(Env) end},
       {2, fun() -> signals(Env) end},
       {2, fun() -> names(Env) end},
       {1, fun() -> dictionary(Env) end},
       {4, fun() -> table(Env) end},
       {2, fun() -> parallel(Env) end},
       {1, fun() -> an_alias() end},
       {1, fun() -> hibernate(Env) end}]).

int(N) -> integer_to_list(N).

%% What a monitor says of a process that ends in some way.
exit_reason(Env) ->
    ["{P, R} = spawn_monitor(fun() -> ", ending(Env), " end),\n",
     "    receive {'DOWN', R, process, P, Why} -> fuzz_show:reason(Why) after 9000 -> timeout end"].

ending(Env) ->
    E = e(any, 3, Env),
    one([E, ["exit(", E, ")"], ["throw(", E, ")"], ["error(", E, ")"], ["hd(", E, ")"],
         ["exit(self(), ", one(["kill", "normal", "foo", "{a, 1}"]), "), receive after 5 -> late end"],
         ["process_flag(trap_exit, true), exit(self(), ", one(["kill", "normal", "foo"]),
          "), receive M -> exit({got, element(1, M), element(3, M)}) after 20 -> late end"],
         ["spawn_link(fun() -> exit(", E, ") end), receive never -> ok after 30 -> alive end"],
         "exit(normal)", "exit(kill)", "exit(shutdown)"]).

linked(Env) ->
    {Spawn, Options} = one([{"spawn_link", ""}, {"spawn_opt", ", [link]"}, {"spawn_opt", ", [link, {priority, high}]"}]),
    ["process_flag(trap_exit, true),\n",
     "    P = ", Spawn, "(fun() -> ", ending(Env), " end", Options, "),\n",
     "    receive {'EXIT', P, Why} -> {exit, fuzz_show:reason(Why)} after 9000 -> timeout end"].

%% Messages of one sender come in their order.
order(Env) ->
    N = range(1, 6),
    Sends = [["Me ! {", int(I), ", ", e(any, 2, Env), "}"] || I <- lists:seq(1, N)],
    ["Me = self(),\n    _ = spawn(fun() -> try ", lists:join(",\n        ", Sends), " catch _:W -> Me ! {failed, W} after Me ! last end end),\n",
     "    Loop = fun L(Acc) -> receive last -> lists:reverse(Acc); X -> L([X | Acc]) after 9000 -> timeout end end,\n",
     "    Loop([])"].

%% Picks messages out of the queue by patterns; what is left stays in order.
selective(Env) ->
    N = range(2, 7),
    Sends = [["self() ! ", one([e(any, 2, Env), ["{k, ", int(I), "}"], ["{", int(I), ", ", e(int, 1, Env), "}"]])]
             || I <- lists:seq(1, N)],
    Receives = [begin
                    {P, Env1} = fuzz_pattern:pattern(one([tuple, any, int, list, map, bits]), 2, Env),
                    [", receive ", P, fuzz_pattern:guard(Env1), " -> ", e(any, 1, Env1),
                     one(["", ["; {k, ", int(I), "} -> k"], "; [] -> nil; _ when 1 > 2 -> never"]),
                     " after ", one(["0", "0", "1", "fuzz_show:id(0)"]), " -> none end"]
                end || I <- lists:seq(1, n(3))],
    ["R0 = {", lists:join(", ", Sends), "},\n    R1 = {r", Receives, "},\n",
     "    {messages, Left} = process_info(self(), messages),\n",
     "    {message_queue_len, Len} = process_info(self(), message_queue_len),\n",
     "    All = (fun L() -> receive X -> [X | L()] after 0 -> [] end end)(),\n",
     "    {R0, R1, Len, Left =:= All, All}"].

%% A loop with a state that answers calls.
server(Env) ->
    S = fresh("S"),
    A = fresh("A"),
    Env1 = bind(S, any, bind(A, any, Env)),
    Calls = [["C(", one(["set", "get", "both", "stop"]), ", ", e(any, 2, Env), ")"] || _ <- lists:seq(1, n(5))],
    ["Loop = fun L(", S, ") -> receive\n",
     "        {F, R, {set, ", A, "}} -> F ! {R, ok}, L(", e(any, 2, Env1), ");\n",
     "        {F, R, {get, ", A, "}} -> F ! {R, ", S, "}, L(", S, ");\n",
     "        {F, R, {both, ", A, "}} -> F ! {R, {", S, ", ", A, ", ", e(any, 1, Env1), "}}, L({", A, "});\n",
     "        {F, R, {stop, ", A, "}} -> F ! {R, stopping}, exit({bye, ", A, "})\n",
     "    after 9000 -> timeout end end,\n",
     "    {P, M} = spawn_monitor(fun() -> Loop(", e(any, 1, Env), ") end),\n",
     "    C = fun(What, X) -> R = make_ref(), P ! {self(), R, {What, X}},\n",
     "        receive {R, V} -> V; {'DOWN', M, process, P, W} -> self() ! {'DOWN', M, process, P, W}, {down, fuzz_show:reason(W)}\n",
     "        after 9000 -> timeout end end,\n    [", lists:join(", ", Calls), ", C(stop, end_), C(get, 1)]"].

timers(Env) ->
    one(["R = erlang:send_after(1, self(), " ++ "{tick, 1}), receive {tick, N} -> {N, erlang:cancel_timer(R)} after 9000 -> timeout end",
         "R = erlang:start_timer(1, self(), hello), receive {timeout, R, M} -> M after 9000 -> timeout end",
         "R = erlang:start_timer(100000, self(), hello), is_integer(erlang:read_timer(R)) andalso is_integer(erlang:cancel_timer(R)) andalso {erlang:cancel_timer(R), erlang:read_timer(R)}",
         ["receive X -> X after ", one(["0", "1", "2", "-1", "a", "1.0", "1 bsl 32"]), " -> ", e(any, 2, Env), " end"],
         ["self() ! m, receive X -> {X, ", e(any, 2, Env), "} after ", one(["0", "5", "a", "infinity"]), " -> late end"],
         "_ = [erlang:send_after(T, self(), T) || T <- [30, 0, 15]], [receive X -> X after 9000 -> timeout end || _ <- [1, 2, 3]]",
         "{ok, R} = timer:send_after(1, hi), X = receive hi -> got after 9000 -> timeout end, {X, element(1, timer:cancel(R))}",
         "erlang:send_after(" ++ one(["-1", "a", "1 bsl 64", "0"]) ++ ", self(), m), receive m -> m after 9000 -> timeout end",
         "erlang:cancel_timer(make_ref())",
         "{erlang:cancel_timer(erlang:start_timer(5000, self(), x), [{async, false}, {info, false}]), erlang:read_timer(make_ref())}"]).

signals(Env) ->
    one(["P = spawn(fun() -> receive stop -> ok end end), R = monitor(process, P), " ++
             one(["P ! stop", "exit(P, kill)", "exit(P, boo)", "exit(P, normal), P ! stop"]) ++
             ", receive {'DOWN', R, process, _, W} -> {W, is_process_alive(P)} after 9000 -> timeout end",
         "P = spawn(fun() -> ok end), R = monitor(process, P), receive {'DOWN', R, process, _, _} -> ok end, "
         "R2 = monitor(process, P), receive {'DOWN', R2, process, _, W} -> {W, catch link(P), process_info(P)} after 9000 -> timeout end",
         "process_flag(trap_exit, true), P = spawn_link(fun() -> process_flag(trap_exit, true), receive {'EXIT', _, W} -> exit({child, W}) end end), "
         "exit(P, " ++ one(["foo", "normal", "kill", "{x, 1}"]) ++ "), receive {'EXIT', P, W} -> W after 9000 -> timeout end",
         "P = spawn(fun() -> receive after infinity -> ok end end), R = monitor(process, P), true = demonitor(R, [flush]), exit(P, kill), "
         "receive X -> X after 5 -> {none, demonitor(R, [info])} end",
         "process_flag(trap_exit, true), P = spawn_link(fun() -> receive go -> exit(gone) end end), unlink(P), P ! go, receive X -> X after 5 -> none end",
         "monitor(process, no_such_name), receive {'DOWN', _, process, W, Y} -> {W, Y} after 9000 -> timeout end",
         "{process_info(self(), trap_exit), process_flag(trap_exit, true), process_flag(trap_exit, false), process_info(self(), links), process_flag(priority, high), process_flag(priority, normal), element(2, process_info(self(), monitors))}",
         ["try exit(", one(["self()", "foo", "1"]), ", ", e(any, 1, Env), ") catch C:W -> {C, W} end"],
         "Me = self(), P = spawn(fun() -> receive {ask, F} -> F ! {answer, Me =:= F} end end), P ! {ask, self()}, receive {answer, A} -> A after 9000 -> timeout end",
         "process_flag(trap_exit, true), A = spawn_link(fun() -> B = spawn_link(fun() -> exit(deep) end), receive {B, x} -> ok after 9000 -> ok end end), receive {'EXIT', A, W} -> W after 9000 -> timeout end",
         "{P, R} = spawn_opt(fun() -> exit(lists:sum([1, 2])) end, [monitor, {priority, " ++ one(["low", "high", "normal"]) ++ "}, {min_heap_size, 1000}]), receive {'DOWN', R, process, P, W} -> W after 9000 -> timeout end",
         "catch spawn_opt(fun() -> ok end, [" ++ one(["foo", "{priority, x}", "{min_heap_size, -1}"]) ++ "])",
         "{P, R} = spawn_monitor(" ++ one(["lists, nothing, [1]", "erlang, hd, [[]]", "erlang, exit, [x]", "lists, reverse, [[1, 2], x]"]) ++ "), receive {'DOWN', R, process, P, W} -> fuzz_show:reason(W) after 9000 -> timeout end",
         "R = spawn_request(fun() -> ok end, [{reply, yes}, {reply_tag, tag}]), receive {tag, R, ok, P} -> is_pid(P) after 9000 -> timeout end"]).

names(Env) ->
    one(["P = spawn(fun() -> receive {F, X} -> F ! {got, X} end end), true = register(fz_name, P), fz_name ! {self(), " ++
             one(["1", "abc", "[x]"]) ++ "}, receive {got, X} -> {X, catch unregister(fz_name_2)} after 9000 -> timeout end",
         "register(fz_me, self()), A = whereis(fz_me) =:= self(), B = lists:member(fz_me, registered()), C = catch register(fz_me, self()), "
         "D = process_info(self(), registered_name), unregister(fz_me), {A, B, C, D, whereis(fz_me), process_info(self(), registered_name)}",
         "catch (fz_nobody ! hello)", "catch erlang:send(fz_nobody, hello, [])", "{fz_nobody, node()} ! hello",
         ["catch register(", e(any, 1, Env), ", self())"],
         "{P, R} = spawn_monitor(fun() -> register(fz_short, self()), receive go -> ok end end), P ! go, receive {'DOWN', R, _, _, W} -> {W, whereis(fz_short)} after 9000 -> timeout end"]).

dictionary(Env) ->
    Ops = [one([["put(", K, ", ", e(any, 2, Env), ")"], ["get(", K, ")"], ["erase(", K, ")"],
                "lists:sort(get_keys())", "lists:sort(get())", ["get_keys(", e(any, 1, Env), ")"]])
           || _ <- lists:seq(1, range(2, 8)), K <- [one(["a", "1", "{x}", "1.0", "\"k\""])]],
    ["{", lists:join(", ", Ops), ", length(erase()), get()}"].

table(Env) ->
    Type = one(["set", "ordered_set", "bag", "duplicate_bag"]),
    Options = one(["", ", {keypos, 1}", ", named_table, public", ", {read_concurrency, true}", ", {keypos, 2}, protected",
                   ", compressed"]),
    Ops = [table_op(Type, Env) || _ <- lists:seq(1, range(3, 10))],
    ["T = ets:new(fz_table, [", Type, Options, "]),\n    C = fun(F) -> try F() catch X:W -> {X, W} end end,\n    R = [",
     lists:join(",\n      ", [["C(fun() -> ", Op, " end)"] || Op <- Ops]), "],\n",
     "    {R, lists:sort(ets:tab2list(T)), ets:info(T, size), ets:delete(T), C(fun() -> ets:lookup(T, 1) end)}"].

table_op(Type, Env) ->
    K = fun() -> one(["1", "2", "1.0", "a", "{x, 1}", "\"s\"", "3", fuzz_term:literal(one([int, atom, size]))]) end,
    Tuple = fun() -> ["{", K(), ", ", e(one([any, int, list]), 1, Env), one(["", ", 1", ", x, y"]), "}"] end,
    Ordered = Type =:= "ordered_set",
    Spec = one(["[{{'$1', '$2'}, [], ['$2']}]", "[{'$1', [], ['$1']}]", "[{{'$1', '_'}, [{is_integer, '$1'}], ['$1']}]",
                "[{{'$1', '$2'}, [{'>', '$1', 1}], [{{'$2', '$1'}}]}]", "[{{'_', '$1', '_'}, [], [true]}]",
                "[{{'$1', '$2'}, [{'orelse', {'=:=', '$1', a}, {'<', '$2', 3}}], ['$_']}]",
                "[{{a, '$1'}, [], [{{x, '$1', '$$'}}]}]", "[{{'$1', '$1'}, [], [same]}]", "[{x, y}]",
                "[{{'$1', '$2'}, [{is_list, '$2'}], [{length, '$2'}]}, {{'$1', '_'}, [], [{const, {'$1'}}]}]",
                "[{{'$1', '$2'}, [{'==', {'+', '$1', 1}, 2}], [{'element', 1, '$_'}]}]", "[{{1, '$1'}, [{'is_map', '$1'}], ['$1']}]"]),
    Sort = if Ordered -> ""; true -> "lists:sort" end,
    weighted(
      [{6, fun() -> ["ets:insert(T, ", Tuple(), ")"] end},
       {3, fun() -> ["ets:insert(T, [", Tuple(), ", ", Tuple(), "])"] end},
       {2, fun() -> ["ets:insert_new(T, ", Tuple(), ")"] end},
       {4, fun() -> ["ets:lookup(T, ", K(), ")"] end},
       {1, fun() -> ["ets:lookup_element(T, ", K(), ", ", one(["1", "2", "3", "0"]), ")"] end},
       {2, fun() -> ["ets:delete(T, ", K(), ")"] end},
       {1, fun() -> ["ets:take(T, ", K(), ")"] end},
       {1, fun() -> ["ets:member(T, ", K(), ")"] end},
       {2, fun() -> ["ets:update_counter(T, ", K(), ", ", one(["1", "{2, 5}", "[{2, 1}, {2, 10}]", "{2, 3, 10, 0}", "a", "{9, 1}", "{1, 1}"]), one(["", [", {1, 0}"], ", {d, 7, 1}"]), ")"] end},
       {1, fun() -> ["ets:update_element(T, ", K(), ", ", one(["{2, new}", "[{2, a}, {3, b}]", "{1, x}"]), ")"] end},
       {3, fun() -> [Sort, "(ets:select(T, ", Spec, "))"] end},
       {1, fun() -> ["ets:select_count(T, ", Spec, ")"] end},
       {1, fun() -> ["ets:select_delete(T, [{{'$1', '_'}, [{is_atom, '$1'}], [true]}])"] end},
       {1, fun() -> ["ets:select_replace(T, [{{'$1', '$2'}, [], [{{'$1', {{'$2', '$2'}}}}]}])"] end},
       {1, fun() -> [Sort, "(ets:match(T, ", one(["{'$1', '$2'}", "{'$2', '$1'}", "{'_', '$1', '_'}", "'$1'", "{a, '_'}"]), "))"] end},
       {1, fun() -> [Sort, "(ets:match_object(T, ", one(["{'_', 1}", "{1, '_'}", "'_'", "{'$1', '$1'}"]), "))"] end},
       {1, fun() -> ["ets:match_delete(T, {", K(), ", '_'})"] end},
       {1, fun() -> "ets:info(T, size)" end},
       {1, fun() -> "{ets:info(T, type), ets:info(T, keypos), ets:info(T, protection), ets:info(T, name), ets:info(T, foo)}" end},
       {1, fun() -> "lists:sort(ets:foldl(fun(X, A) -> [X | A] end, [], T))" end},
       {if Ordered -> 4; true -> 0 end, fun() ->
           one(["ets:first(T)", "ets:last(T)", ["ets:next(T, ", K(), ")"], ["ets:prev(T, ", K(), ")"], "ets:tab2list(T)",
                "case ets:select(T, [{'$1', [], ['$1']}], 2) of {L, Z} -> {L, case ets:select(Z) of {M, _} -> M; E -> E end}; E -> E end",
                "ets:select_reverse(T, [{'$1', [], ['$1']}])"])
        end},
       {1, fun() -> ["ets:insert(T, ", e(any, 1, Env), ")"] end},
       {1, fun() -> "begin ets:safe_fixtable(T, true), ets:delete(T, 1), ets:safe_fixtable(T, false), ets:info(T, size) end" end},
       {1, fun() -> ["ets:test_ms({1, a}, ", Spec, ")"] end},
       {1, fun() -> "ets:delete_all_objects(T)" end}]).

parallel(Env) ->
    X = fresh("X"),
    Env1 = bind(X, any, Env),
    ["Me = self(),\n    L = [", lists:join(", ", [e(any, 2, Env) || _ <- lists:seq(1, n(4))]), "],\n",
     "    Rs = [begin R = make_ref(), spawn(fun() -> Me ! {R, catch ", e(any, 3, Env1),
     "} end), R end || ", X, " <- L],\n",
     "    [receive {R, {'EXIT', W}} -> {exit_, fuzz_show:reason(W)}; {R, V} -> V after 9000 -> timeout end || R <- Rs]"].

an_alias() ->
    one(["A = alias(), A ! one, X = receive M -> M after 20 -> none end, true = unalias(A), A ! two, {X, receive M2 -> M2 after 5 -> none end, unalias(A)}",
         "A = alias([reply]), A ! one, A ! two, {receive M -> M after 20 -> none end, receive M2 -> M2 after 5 -> none end}",
         "{P, R} = spawn_monitor(fun() -> receive {F, Al} -> Al ! {Al, answer, is_pid(F)} end end), "
         "demonitor(R, [flush]), Al = monitor(process, P, [{alias, reply_demonitor}]), P ! {self(), Al}, "
         "receive {Al, answer, B} -> B; {'DOWN', Al, _, _, W} -> {down, W} after 9000 -> timeout end"]).

hibernate(Env) ->
    ["Me = self(), {P, R} = spawn_monitor(fun() -> put(k, ", e(any, 2, Env), "), erlang:hibernate(erlang, apply, [fun(X) -> receive go -> Me ! {X, get(k)} end end, [",
     e(any, 2, Env), "]]) end), P ! go,\n    {receive {X, K} -> {X, K}; {'DOWN', R, _, _, W0} -> {down, fuzz_show:reason(W0)} after 9000 -> timeout end, "
     "receive {'DOWN', R, _, _, W} -> W after 30 -> timeout end}"].
