%% integer_to_list/2 and integer_to_binary/2 in every base use capital letters.
-module(int_to_text_bases).
-export([main/0, id/1]).

main() ->
    [[{B, integer_to_list(N, B), integer_to_binary(-N, B)} || B <- lists:seq(2, 36)]
     || N <- [id(123456789), (1 bsl 75) - 3]].

%% Hides a value from the compiler.
id(X) -> X.
