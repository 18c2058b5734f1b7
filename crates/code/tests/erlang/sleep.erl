-module(sleep).
-export([sleep/1, forever/0, fixed/0]).

%% The time is in an X register, which is gone after a message.
sleep(Time) -> receive after Time -> ok end.

forever() -> receive after infinity -> ok end.

fixed() -> receive after 100 -> ok end.
