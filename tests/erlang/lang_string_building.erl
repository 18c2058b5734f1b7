%% Text built by ++, iolists, binaries and io_lib, all the same.
-module(lang_string_building).
-export([main/0]).

main() ->
    Parts = [integer_to_list(I) ++ "," || I <- lists:seq(1, 100)], A = lists:append(Parts),
        B = binary_to_list(iolist_to_binary(Parts)),
        C = binary_to_list(lists:foldl(fun(P, Acc) -> <<Acc/binary, (list_to_binary(P))/binary>> end, <<>>,
        Parts)), D = lists:flatten([io_lib:format("~b,", [I]) || I <- lists:seq(1, 100)]),
    {A =:= B, B =:= C, C =:= D, length(A), string:lexemes(lists:sublist(A, 20), ","),
     lists:foldr(fun(P, Acc) -> P ++ Acc end, "", lists:sublist(Parts, 5))}.
