%% Options: []
%% Test: t1
%% erl:   t1: {nomatch,[],true,{'EXIT',{badarg,[{binary,match,[<<1>>,[]],none},{fz_self,t1,0,12}]}}}
-module(empty_binary_and_no_pattern).
-export([main/0]).

main() ->
    [fuzz_show:run(t1, fun t1/0)].

t1() ->
    {binary:match(fuzz_show:id(<<>>), []), binary:matches(fuzz_show:id(<<>>), []),
     catch binary:split(fuzz_show:id(<<>>), <<>>, [trim]) =:= [], catch element(1, binary:match(fuzz_show:id(<<1>>), []))}.
