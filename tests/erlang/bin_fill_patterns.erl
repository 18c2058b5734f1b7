%% Large zero and repeated fills, and matching on them.
-module(bin_fill_patterns).
-export([main/0, id/1]).

main() ->
    Z = <<0:(id(8000))>>, O = <<-1:(id(801))>>,
    {byte_size(Z), bit_size(O), erlang:crc32(Z), case O of <<-1:800/signed, 1:1>> -> ones end,
     case Z of <<0:8000>> -> zeros end, case Z of <<N:8000>> -> N end, begin <<M:801>> = O,
     M =:= (1 bsl 801) - 1 end, binary:copy(<<"ab">>, id(5))}.

%% Hides a value from the compiler.
id(X) -> X.
