%% An exception in a linked process arrives as an exit signal with its reason.
-module(exc_exit_reasons_linked).
-export([main/0, id/1]).

main() ->
    process_flag(trap_exit, true),
    logger:set_primary_config(level, none),
    [begin
         P = spawn_link(F),
         receive {'EXIT', P, {R, [{_, _, _, _} | _]}} -> {with_stack, R}; {'EXIT', P, R} -> R end
     end || F <- [fun() -> ok end, fun() -> exit(a) end, fun() -> error(b) end, fun() -> throw(c) end,
     fun() -> exit({d, []}) end, fun() -> hd(id([])) end]].

%% Hides a value from the compiler.
id(X) -> X.
