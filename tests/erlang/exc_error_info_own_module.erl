%% error/3 with a module of one's own that formats the error.
-module(exc_error_info_own_module).
-export([main/0]).

-export([format_error/2, describe/2]).

main() ->
    [text(fun() -> op(a, 1) end), text(fun() -> op2(1, b) end), text(fun() -> op3([1]) end)].

op(A, B) -> error(badarg, [A, B], [{error_info, #{cause => not_number}}]).
op2(A, B) -> error(badarg, [A, B], [{error_info, #{module => ?MODULE, function => describe, cause => second}}]).
op3(A) -> error({strange, A}, [A], [{error_info, #{module => no_such_module}}]).

format_error(R, [{_, _, _, I} | _]) -> #{cause := C} = proplists:get_value(error_info, I),
    #{1 => io_lib:format("must be a number (~p)", [C]), reason => io_lib:format("why: ~p", [R])}.
describe(_, _) -> #{2 => <<"the second is wrong">>, general => "in general"}.

text(F) ->
    try F() catch C:R:S -> unicode:characters_to_list(erl_error:format_exception(C, R,
        lists:sublist(S, 1))) end.
