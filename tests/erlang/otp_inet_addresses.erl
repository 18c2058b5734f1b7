%% Addresses read and written by inet, and what os tells of an environment that is not there.
-module(otp_inet_addresses).
-export([main/0]).

main() ->
    {inet:parse_address("127.0.0.1"), inet:parse_address("::1"), inet:parse_address("not an address"),
     inet:ntoa({10, 0, 0, 1}), inet:parse_ipv4_address("10.1"), inet:ntoa({0, 0, 0, 0, 0, 0, 0, 1}),
     element(1, os:type()), is_list(os:getenv()), os:getenv("CORPUS_NO_SUCH_VARIABLE"),
     os:getenv("CORPUS_NO_SUCH_VARIABLE", "default"), is_integer(os:system_time()), tuple_size(os:timestamp())}.
