%% An io server of one's own answers reads and collects writes.
-module(otp_io_custom_leader).
-export([main/0]).

main() ->
    S = self(), Io = spawn(fun() -> server(S, ["first line\n", "42 .\n", "{a, [1]}.\n", "foo(X).\n"], []) end),
    {io:get_line(Io, "prompt> "), io:format(Io, "~s~p~n", ["x", [y]]), io:fread(Io, "p", "~d ~c"),
     io:read(Io, ""), io:request(Io, getopts), io:setopts(Io, [binary]), io:scan_erl_exprs(Io, ""),
     io:get_line(Io, ""), begin Io ! done, receive {out, T} -> T end end}.

server(S, In, Out) ->
    receive
        {io_request, F, R, Q} -> {Reply, I, O} = handle(Q, In, Out), F ! {io_reply, R, Reply}, server(S, I, O);
        done -> S ! {out, unicode:characters_to_list(lists:reverse(Out))}
    end.

handle({put_chars, unicode, M, F, A}, I, O) -> {ok, I, [apply(M, F, A) | O]};
handle({put_chars, unicode, C}, I, O) -> {ok, I, [C | O]};
handle({get_line, unicode, P}, [L | I], O) -> {L, I, [P | O]};
handle({get_until, unicode, P, M, F, A}, I, O) -> until(M, F, A, [], I, [P | O]);
handle(getopts, I, O) -> {[{encoding, unicode}], I, O};
handle({setopts, L}, I, O) -> {{ok, L}, I, O};
handle(_, [], O) -> {eof, [], O}.

until(M, F, A, C, [L | I], O) -> case apply(M, F, [C, L | A]) of {done, R, _} -> {R, I, O};
{more, C2} -> until(M, F, A, C2, I, O) end;
until(M, F, A, C, [], O) -> {done, R, _} = apply(M, F, [C, eof | A]), {R, [], O}.
