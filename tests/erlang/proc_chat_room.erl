%% A chat room: members join, speak, leave and crash; the room watches them.
-module(proc_chat_room).
-export([main/0]).

main() ->
    Room = spawn(fun() -> room(#{}) end), [A, B, C] = [member(Room, N) || N <- [ann, bob, cid]],
    [sync(P) || P <- [A, B, C]], Room ! {say, ann, "hi"}, Room ! {say, bob, "yo"}, call(Room, who),
     exit(C, kill), wait(Room, [ann, bob]), Room ! {say, ann, "bye"}, B ! leave, wait(Room, [ann]),
     {call(Room, who), [begin P ! {self(), log}, receive {P, L} -> L end end
      || P <- [A, B], is_process_alive(P)], whereis(chat)}.

wait(Room, Names) -> case call(Room, who) of Names -> ok; _ -> wait(Room, Names) end.
sync(P) -> P ! {self(), log}, receive {P, _} -> ok end.
call(P, M) -> P ! {self(), M}, receive {P, R} -> R end.

member(Room, Name) -> S = self(), P = spawn(fun() -> Room ! {join, Name, self()},
    receive {joined, Name} -> S ! {up, self()}, loop(Room, Name, []) end end), receive {up, P} -> P end.

loop(Room, Name, Log) -> receive {said, W, T} -> loop(Room, Name, [{W, T} | Log]);
{From, log} -> From ! {self(), lists:reverse(Log)}, loop(Room, Name, Log); leave -> bye end.

room(Ms) ->
    receive
        {join, N, P} -> monitor(process, P), P ! {joined, N}, room(Ms#{P => N});
        {say, N, T} -> [P ! {said, N, T} || P <- maps:keys(Ms), map_get(P, Ms) =/= N], room(Ms);
        {From, who} -> From ! {self(), lists:sort(maps:values(Ms))}, room(Ms);
        {'DOWN', _, process, P, _} -> room(maps:remove(P, Ms))
    end.
