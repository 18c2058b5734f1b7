%% binary:at, first, last, part, bin_to_list, list_to_bin, copy and referenced_byte_size.
-module(bin_module_access).
-export([main/0, id/1]).

main() ->
    B = id(<<"hello">>),
    {binary:at(B, 0), binary:at(B, 4), binary:first(B), binary:last(B), binary:part(B, 1, 3),
     binary:part(B, {5, -2}), binary:bin_to_list(B), binary:bin_to_list(B, 1, 2),
     binary:bin_to_list(B, {3, -2}), binary:list_to_bin(["a", <<"b">>]), binary:copy(B, 3), binary:copy(B, 0),
     binary:copy(<<>>, 5), binary:referenced_byte_size(B) >= 5,
     e(fun() -> binary:at(B, id(5)) end), e(fun() -> binary:at(B, id(-1)) end),
     e(fun() -> binary:first(id(<<>>)) end), e(fun() -> binary:last(id(<<>>)) end),
     e(fun() -> binary:part(B, id(4), 2) end), e(fun() -> binary:copy(B, id(-1)) end),
     e(fun() -> binary:bin_to_list(id(<<1:1>>)) end), e(fun() -> binary:first(id(<<1, 1:1>>)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
