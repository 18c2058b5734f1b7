%% Binaries: an integer of whole bytes is read without the runtime.
-module(first).
-export([first/1]).
first(<<Length:16, _/binary>>) -> Length;
first(_) -> none.
