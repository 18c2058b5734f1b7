%% Options: []
%% Test: t1
%% erl:   t1: [[51300],[25800],{error,[],<<200,100>>},[],[],[],{incomplete,[24930],<<99>>},{incomplete,[25185],<<99>>},{error,[],<<97,98,99>>},{incomplete,[],<<216,0>>},[216],{error,[],<<216,0>>},[65535,65535,65535,65535],[65535,65535,65535,65535],{error,[],<<255,255,255,255,255,255,255,255>>}]
-module(utf16_of_two_bytes).
-export([main/0]).

main() ->
    [fuzz_show:run(t1, fun t1/0)].

t1() ->
    [catch unicode:characters_to_list(fuzz_show:id(B), E)
     || B <- [<<200, 100>>, <<>>, <<"abc">>, <<16#D8, 0>>, <<-1:64>>], E <- [utf16, {utf16, little}, utf32]].
