%% What a program may ask of the system, where the answer is the same everywhere.
-module(bif_system_info).
-export([main/0, id/1]).

main() ->
    {erlang:system_info(wordsize), erlang:system_info({wordsize, internal}),
     erlang:system_info({wordsize, external}), erlang:system_info(machine), erlang:system_info(otp_release),
     is_list(erlang:system_info(version)), is_integer(erlang:system_info(schedulers)),
     is_integer(erlang:system_info(process_count)),
     is_integer(erlang:system_info(process_limit)), is_integer(erlang:system_info(atom_limit)),
     erlang:system_info(endian), is_list(erlang:system_info(system_architecture)), node(), nodes(), is_alive(),
     node(self()), e(fun() -> erlang:system_info(id(nothing_like_it)) end),
     e(fun() -> erlang:system_info(id("x")) end), erlang:get_cookie()}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
