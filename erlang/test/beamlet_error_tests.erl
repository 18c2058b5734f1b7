%% Errors as Lambda words them.
-module(beamlet_error_tests).
-include_lib("eunit/include/eunit.hrl").

error_of(Fun) ->
    try Fun() catch Class:Reason:Stack -> beamlet_error:exception(Class, Reason, Stack) end.

class_and_reason_test_() ->
    [
        ?_assertMatch(#{type := Type}, error_of(Fun))
     || {Fun, Type} <- [
            {fun() -> error(boom) end, <<"error:boom">>},
            {fun() -> error({badmatch, 1}) end, <<"error:badmatch">>},
            {fun() -> throw("text") end, <<"throw:error">>},
            {fun() -> exit(normal) end, <<"exit:normal">>}
        ]
    ].

the_stack_names_module_function_arity_file_and_line_test() ->
    #{stack := [First | _]} = error_of(fun() -> lists:nth(5, [1]) end),
    ?assertMatch(<<"lists:nth/2", _/binary>>, First).

messages_are_cut_and_valid_test() ->
    #{message := Message} = beamlet_error:returned(lists:duplicate(100000, x)),
    ?assert(byte_size(Message) =< 16384),
    #{message := Bytes} = beamlet_error:returned(<<255, 254>>),
    ?assert(is_binary(unicode:characters_to_binary(Bytes))),
    ?assertMatch(<<"{", _/binary>>, iolist_to_binary(beamlet_error:encode(beamlet_error:returned(<<255>>)))).
