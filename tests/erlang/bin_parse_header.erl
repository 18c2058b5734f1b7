%% A packet header parsed and rebuilt field by field.
-module(bin_parse_header).
-export([main/0, id/1]).

main() ->
    Packet = id(<<4:4, 5:4, 0, 60:16, 16#1c46:16, 2:3, 0:13, 64, 6, 16#b1e6:16, 172, 16, 10, 99, 172, 16, 10,
        12, "payload">>),
    <<V:4, Hl:4, Tos:8, Len:16, Id:16, Fl:3, Off:13, Ttl:8, Proto:8, Sum:16, Src:4/binary, Dst:4/binary,
        Data/binary>> = Packet,
    {V, Hl, Tos, Len, Id, Fl, Off, Ttl, Proto, Sum, Src, Dst, Data,
     <<V:4, Hl:4, Tos, Len:16, Id:16, Fl:3, Off:13, Ttl, Proto, Sum:16, Src/binary, Dst/binary,
     Data/binary>> =:= Packet}.

%% Hides a value from the compiler.
id(X) -> X.
