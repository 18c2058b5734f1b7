%% erl_error:format_exception says what went wrong, for errors of many kinds.
-module(exc_error_info_formats).
-export([main/0, id/1]).

main() ->
    Fs = [fun() -> error(id(my_reason)) end, fun() -> throw(id({a, b})) end, fun() -> exit(id(stop)) end,
        fun() -> f(id(9)) end, fun() -> case id(1) of 2 -> ok end end, fun() -> {a} = id(b) end,
        fun() -> (id(5))(1) end, fun() -> nomod:nofun(1) end,
          fun() -> X = id(x), if X =:= y -> 1 end end, fun() -> binary_to_integer(id(<<"z">>)) end,
              fun() -> list_to_pid(id("x")) end, fun() -> erlang:raise(error, {badkey, k}, []) end],
    [begin
         {C, R, S} = try F() catch C0:R0:S0 -> {C0, R0, S0} end,
         unicode:characters_to_binary(erl_error:format_exception(C, R, lists:sublist(S, 1)))
     end || F <- Fs].

f(1) -> one.

%% Hides a value from the compiler.
id(X) -> X.
