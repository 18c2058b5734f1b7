%% What JSON is and is not; expected values are RFC 8259's and, for numbers, IEEE 754's.
-module(beamlet_json_tests).
-include_lib("eunit/include/eunit.hrl").

encoded(Term) -> iolist_to_binary(beamlet_json:encode(Term)).

values_test_() ->
    [
        ?_assertEqual({Text, Term}, {Text, beamlet_json:decode(Text)})
     || {Text, Term} <- [
            {<<"null">>, null},
            {<<" [ true , false ] ">>, [true, false]},
            {<<"{\"a\":1,\"a\":2}">>, #{<<"a">> => 2}},
            {<<"-0">>, 0},
            {<<"1e2">>, 100.0},
            {<<"1E+2">>, 100.0},
            {<<"123456789012345678901234567890">>, 123456789012345678901234567890},
            {<<"0.1">>, 0.1},
            {<<"\"\\u00e9\\ud83d\\ude00\\n\\/\"">>, <<"é😀\n/"/utf8>>},
            {<<"{}">>, #{}},
            {<<"[]">>, []}
        ]
    ].

garbage_test_() ->
    [
        ?_assertError({json, _, _}, beamlet_json:decode(Text))
     || Text <- [
            <<>>, <<" ">>, <<"nul">>, <<"nulll">>, <<"01">>, <<"-">>, <<"1.">>, <<".5">>, <<"1e">>, <<"+1">>,
            <<"[1,]">>, <<"[,1]">>, <<"[1 2]">>, <<"{\"a\"}">>, <<"{\"a\":1,}">>, <<"{a:1}">>, <<"{1:1}">>,
            <<"\"">>, <<"\"\\x\"">>, <<"\"\\u12\"">>, <<"\"\\ud800\"">>, <<"\"\n\"">>, <<"\"", 255, "\"">>,
            <<"[1]]">>, <<"1 2">>, <<"NaN">>, <<"Infinity">>, <<239, 187, 191, "1">>
        ]
    ].

terms_test_() ->
    [
        ?_assertEqual({Term, Text}, {Term, encoded(Term)})
     || {Term, Text} <- [
            {ok, <<"\"ok\"">>},
            {#{a => 1}, <<"{\"a\":1}">>},
            {#{1 => <<"x">>}, <<"{\"1\":\"x\"}">>},
            {<<"\"\\\n\b\f\r\t", 1, 31>>, <<"\"\\\"\\\\\\n\\u0008\\u000c\\r\\t\\u0001\\u001f\"">>},
            {[1, 2.5, null], <<"[1,2.5,null]">>},
            {1.0e22, <<"1.0e22">>}
        ]
    ].

what_json_cannot_express_test_() ->
    [
        ?_assertError({not_json, _}, encoded(Term))
     || Term <- [self(), make_ref(), {a, b}, fun() -> ok end, [1 | 2], <<255>>, <<1:3>>, #{{a} => 1}, [self()]]
    ].

%% A term that is deep goes through: nothing here recurses on a native stack.
deep_test() ->
    Deep = lists:foldl(fun(_, Inner) -> [Inner] end, [], lists:seq(1, 100000)),
    ?assertEqual(Deep, beamlet_json:decode(encoded(Deep))).
