%% Which calls a case makes that reach out of the language: ports, nodes, tracing, NIFs, files,
%% the emulator's insides. On stock erl only, by its tracing; the facts behind excluded.txt.
%% A case that traces by itself is disturbed by this: its verdict is taken from another run.
-module(suite_observer).
-export([start/0, stop/0]).

start() ->
    Collector = spawn(fun() -> collect(#{}) end),
    register(?MODULE, Collector),
    erlang:trace(all, true, [call, {tracer, Collector}]),
    erlang:trace(Collector, false, [call]),
    [code:ensure_loaded(M) || {M, _, _} <- watched()],
    [erlang:trace_pattern(MFA, true, [global]) || MFA <- watched()],
    ok.

stop() ->
    catch erlang:trace(all, false, [all]),
    [catch erlang:trace_pattern(MFA, false, [global]) || MFA <- watched()],
    Ref = erlang:trace_delivered(all),
    receive {trace_delivered, all, Ref} -> ok after 2000 -> ok end,
    case whereis(?MODULE) of
        undefined -> ["observer ended"];
        Collector ->
            Collector ! {stop, self()},
            receive {uses, Uses} -> unregister_safely(), lists:sort(maps:keys(Uses)) end
    end.

unregister_safely() ->
    catch unregister(?MODULE).

collect(Uses) ->
    receive
        {trace, _, call, {M, F, A}} ->
            case own(M, F, A) of
                true -> collect(Uses);
                false ->
                    Use = io_lib:format("~w:~w~ts", [M, F, argument(M, F, A)]),
                    collect(Uses#{lists:flatten(Use) => true})
            end;
        {stop, To} ->
            To ! {uses, Uses};
        _ ->
            collect(Uses)
    end.

%% The calls of the observer itself, and files that are only read.
own(erlang, trace, [all | _]) -> true;
own(erlang, trace_pattern, [{M, F, A}, _, _]) -> lists:member({M, F, A}, watched());
own(erlang, trace_pattern, [{M, F, A}, _]) -> lists:member({M, F, A}, watched());
own(prim_file, open, [_, Modes]) -> Modes -- [write, append, exclusive] =:= Modes;
own(erts_debug, flat_size, _) -> true;
own(_, _, _) -> false.

%% The argument that tells what is meant, where one does.
argument(erts_debug, _, [Key | _]) when is_atom(Key) -> io_lib:format("(~w)", [Key]);
argument(erts_debug, _, [Key | _]) when is_tuple(Key) -> io_lib:format("({~w})", [element(1, Key)]);
argument(erlang, system_flag, [Key | _]) -> io_lib:format("(~w)", [Key]);
argument(erlang, open_port, [{Kind, Name} | _]) when is_list(Name) ->
    io_lib:format("(~w ~ts)", [Kind, lists:sublist(filename:basename(Name), 20)]);
argument(prim_file, _, [Path | _]) when is_list(Path); is_binary(Path) ->
    try io_lib:format("(~ts)", [filename:dirname(Path)]) catch _:_ -> "" end;
argument(_, _, _) -> "".

watched() ->
    [{erlang, open_port, 2}, {os, cmd, 1}, {os, cmd, 2}, {os, putenv, 2}, {os, set_signal, 2},
     {peer, start, '_'}, {peer, start_link, '_'}, {slave, start, '_'}, {slave, start_link, '_'},
     {test_server, start_peer, '_'}, {test_server, start_node, '_'}, {net_kernel, start, '_'},
     {test_server, run_on_shielded_node, '_'},
     {erlang, load_nif, 2}, {erl_ddll, '_', '_'}, {erlang, trace, 3}, {erlang, trace_pattern, 3},
     {erlang, trace_pattern, 2}, {erlang, trace_info, 2}, {dbg, '_', '_'},
     {erlang, system_profile, 2}, {erlang, system_monitor, '_'}, {seq_trace, set_token, '_'},
     {erts_debug, '_', '_'}, {erlang, system_flag, 2},
     {erlang, halt, '_'}, {init, stop, '_'}, {init, restart, '_'},
     {gen_tcp, listen, '_'}, {gen_tcp, connect, '_'}, {gen_udp, open, '_'}, {socket, open, '_'},
     {prim_file, open, 2}, {prim_file, write_file, 2}, {prim_file, delete, 1},
     {prim_file, make_dir, 1}, {prim_file, rename, 2}, {prim_file, set_cwd, 1},
     {dets, open_file, '_'},
     {code, load_binary, 3}, {compile, file, '_'}, {compile, forms, '_'}, {cover, '_', '_'},
     {ct_property_test, quickcheck, 2}, {erlang, port_info, '_'}, {application, start, '_'}].
