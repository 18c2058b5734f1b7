%% A literal of hundreds of bytes is matched and compared.
-module(bin_large_literal).
-export([main/0, id/1]).

main() ->
    L = <<"Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore et dolore. "
          "Ut enim ad minim veniam, quis nostrud exercitation ullamco laboris nisi ut aliquip ex ea commodo consequat. "
          "Duis aute irure dolor in reprehenderit in voluptate velit esse cillum dolore eu fugiat nulla pariatur.">>,
    {byte_size(L), erlang:md5(L) =:= erlang:md5(binary:copy(id(L))), binary:match(L, <<"veniam">>),
     words(L, 0), case id(L) of <<"Lorem ", R:5/binary, _/binary>> -> R end,
     L =:= list_to_binary(binary_to_list(id(L)))}.

words(<<$\s, R/binary>>, N) -> words(R, N + 1);
words(<<_, R/binary>>, N) -> words(R, N);
words(<<>>, N) -> N + 1.

%% Hides a value from the compiler.
id(X) -> X.
