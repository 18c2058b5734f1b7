%% HTTP/1.1 as the Runtime API needs it: one connection that is kept, over gen_tcp.
%%
%% A call is a list of bytes to send and one answer to read; answers are read whole. What is not
%% HTTP, or breaks off, is `{error, Reason}', after which the connection is of no more use.
-module(beamlet_http).

-export([connect/1, call/5, start_chunks/4, chunk/2, end_chunks/2]).
-export_type([connection/0, answer/0]).

%% A head larger than this is not from a Runtime API.
-define(HEAD_BYTES_MAX, 65536).

-record(connection, {socket :: gen_tcp:socket(), host :: binary()}).
-opaque connection() :: #connection{}.
%% Header names are in lower case.
-type answer() :: {ok, Status :: integer(), [{binary(), binary()}], Body :: binary()} | {error, term()}.

%% @doc Connects to `host:port'.
-spec connect(binary()) -> {ok, connection()} | {error, term()}.
connect(Address) ->
    [Host, Port] = binary:split(Address, <<":">>),
    Options = [binary, {active, false}, {nodelay, true}, {packet, raw}, {buffer, 65536}],
    case gen_tcp:connect(binary_to_list(Host), binary_to_integer(Port), Options) of
        {ok, Socket} -> {ok, #connection{socket = Socket, host = Address}};
        {error, Reason} -> {error, Reason}
    end.

%% @doc Sends a request and waits, for ever if need be, for its answer.
-spec call(connection(), binary(), iodata(), [{binary(), iodata()}], iodata() | none) -> answer().
call(Connection, Method, Path, Headers, Body) ->
    {Length, Bytes} =
        case Body of
            none -> {[], []};
            _ -> {[<<"Content-Length: ">>, integer_to_binary(iolist_size(Body)), <<"\r\n">>], Body}
        end,
    Head = [head(Connection, Method, Path, Headers), Length, <<"\r\n">>],
    case gen_tcp:send(Connection#connection.socket, [Head | Bytes]) of
        ok -> answer(Connection);
        {error, Reason} -> {error, Reason}
    end.

%% @doc Begins a request whose body comes in chunks.
-spec start_chunks(connection(), binary(), iodata(), [{binary(), iodata()}]) -> ok | {error, term()}.
start_chunks(Connection, Method, Path, Headers) ->
    Head = [
        head(Connection, Method, Path, Headers),
        <<"Transfer-Encoding: chunked\r\n"
          "Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n">>
    ],
    gen_tcp:send(Connection#connection.socket, Head).

-spec chunk(connection(), iodata()) -> ok | {error, term()}.
chunk(Connection, Data) ->
    case iolist_size(Data) of
        %% An empty chunk would end the body.
        0 -> ok;
        Size -> gen_tcp:send(Connection#connection.socket, [integer_to_binary(Size, 16), <<"\r\n">>, Data, <<"\r\n">>])
    end.

%% @doc Ends a body, with trailers, and waits for the answer.
-spec end_chunks(connection(), [{binary(), iodata()}]) -> answer().
end_chunks(Connection, Trailers) ->
    Lines = [[Name, <<": ">>, Value, <<"\r\n">>] || {Name, Value} <- Trailers],
    case gen_tcp:send(Connection#connection.socket, [<<"0\r\n">>, Lines, <<"\r\n">>]) of
        ok -> answer(Connection);
        {error, Reason} -> {error, Reason}
    end.

head(#connection{host = Host}, Method, Path, Headers) ->
    [
        Method, $\s, Path, <<" HTTP/1.1\r\nHost: ">>, Host, <<"\r\n">>,
        [[Name, <<": ">>, Value, <<"\r\n">>] || {Name, Value} <- Headers]
    ].

answer(#connection{socket = Socket}) ->
    try
        {Head, Rest} = read_head(Socket, <<>>),
        [StatusLine | Lines] = binary:split(Head, <<"\r\n">>, [global]),
        <<"HTTP/1.", _, " ", Digits:3/binary, _/binary>> = StatusLine,
        Headers = [header(Line) || Line <- Lines],
        {ok, binary_to_integer(Digits), Headers, body(Socket, Headers, Rest)}
    catch
        throw:Reason -> {error, Reason};
        error:_ -> {error, not_http}
    end.

header(Line) ->
    [Name, Value] = binary:split(Line, <<":">>),
    {string:lowercase(Name), string:trim(Value)}.

read_head(Socket, Have) ->
    case binary:split(Have, <<"\r\n\r\n">>) of
        [Head, Rest] -> {Head, Rest};
        _ when byte_size(Have) > ?HEAD_BYTES_MAX -> throw(head_too_long);
        _ -> read_head(Socket, <<Have/binary, (receive_some(Socket))/binary>>)
    end.

receive_some(Socket) ->
    case gen_tcp:recv(Socket, 0) of
        {ok, Data} -> Data;
        {error, Reason} -> throw(Reason)
    end.

body(Socket, Headers, Rest) ->
    case {lists:keyfind(<<"content-length">>, 1, Headers), lists:keyfind(<<"transfer-encoding">>, 1, Headers)} of
        {_, {_, <<"chunked">>}} -> chunks(Socket, Rest, []);
        {{_, Length}, _} -> exactly(Socket, binary_to_integer(Length), Rest);
        {false, false} -> <<>>
    end.

exactly(_, Length, Have) when byte_size(Have) =:= Length -> Have;
exactly(Socket, Length, Have) when byte_size(Have) < Length ->
    case gen_tcp:recv(Socket, Length - byte_size(Have)) of
        {ok, More} -> <<Have/binary, More/binary>>;
        {error, Reason} -> throw(Reason)
    end.

chunks(Socket, Have, Chunks) ->
    case binary:split(Have, <<"\r\n">>) of
        [Line, Rest] ->
            [Digits | _] = binary:split(Line, <<";">>),
            case binary_to_integer(string:trim(Digits), 16) of
                0 ->
                    %% Trailers mean nothing here, but end with an empty line.
                    _ = read_head(Socket, <<"\r\n", Rest/binary>>),
                    iolist_to_binary(lists:reverse(Chunks));
                Size ->
                    {Chunk, After} = take(Socket, Size + 2, Rest),
                    chunks(Socket, After, [binary:part(Chunk, 0, Size) | Chunks])
            end;
        _ ->
            chunks(Socket, <<Have/binary, (receive_some(Socket))/binary>>, Chunks)
    end.

take(_, Size, Have) when byte_size(Have) >= Size ->
    <<Taken:Size/binary, Rest/binary>> = Have,
    {Taken, Rest};
take(Socket, Size, Have) ->
    take(Socket, Size, <<Have/binary, (receive_some(Socket))/binary>>).
