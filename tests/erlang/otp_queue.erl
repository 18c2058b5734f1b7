%% queue: both ends, splitting, joining, filtering, the older names.
-module(otp_queue).
-export([main/0, id/1]).

main() ->
    Q = queue:from_list([1, 2, 3, 4]), L = fun queue:to_list/1,
    {L(queue:in(5, Q)), L(queue:in_r(0, Q)), element(1, queue:out(Q)), element(1, queue:out_r(Q)),
     queue:out(queue:new()), queue:peek(Q), queue:peek_r(Q), queue:get(Q), queue:get_r(Q), L(queue:drop(Q)),
     L(queue:drop_r(Q)), queue:len(Q), queue:is_empty(Q), queue:is_queue(Q), L(queue:reverse(Q)),
     L(queue:join(Q, Q)), begin {A, B} = queue:split(1, Q), {L(A), L(B)} end,
     L(queue:filter(fun(X) -> X > 2 end, Q)), L(queue:filter(fun(X) -> [X, X] end, Q)), queue:member(3, Q),
     queue:any(fun(X) -> X > 3 end, Q), queue:all(fun(X) -> X > 3 end, Q),
     queue:fold(fun(X, S) -> X + S end, 0, Q), L(queue:delete(2, Q)), L(queue:cons(x, Q)), queue:head(Q),
     L(queue:tail(Q)), L(queue:snoc(Q, y)), queue:last(Q),
     L(queue:filtermap(fun(X) -> X > 2 andalso {true, X * X} end, Q)),
     L(lists:foldl(fun(I, X) -> {_, Y} = queue:out(queue:in(I, X)), Y end, Q, lists:seq(1, 100))),
     e(fun() -> queue:get(queue:new()) end), e(fun() -> queue:len(id(a)) end)}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.

%% Hides a value from the compiler.
id(X) -> X.
