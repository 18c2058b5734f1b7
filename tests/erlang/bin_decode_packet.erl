%% erlang:decode_packet of lines, length headers and HTTP.
-module(bin_decode_packet).
-export([main/0, id/1]).

main() ->
    [erlang:decode_packet(T, id(B), O) || {T, B, O} <- [{raw, <<"abc">>, []}, {1, <<3, "abcd">>, []},
     {2, <<0, 3, "ab">>, []}, {4, <<0, 0, 0, 1, "xy">>, []}, {line, <<"one\ntwo">>, []},
      {line, <<"none">>, []}, {line, <<"longline\n">>, [{line_length, 4}]}, {1, <<9, "x">>, [{packet_size, 5}]},
        {http_bin, <<"GET /a?b=c HTTP/1.1\r\nHost: x\r\n">>, []},
         {httph_bin, <<"Content-Length: 12\r\nX: y\r\n\r\n">>, []}, {httph, <<"\r\nrest">>, []},
          {http, <<"HTTP/1.0 404 Not Found\r\n">>, []}, {http_bin, <<"nonsense\r\n">>, []}]]
           ++ [e(fun() -> erlang:decode_packet(id(bad), <<>>, []) end)].

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
