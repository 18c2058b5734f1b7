%% Errors as Lambda words them: `{"errorMessage", "errorType", "stackTrace"}'.
%%
%% | what went wrong                     | errorType                                      |
%% | `{error, Reason}' was returned      | the atom of Reason, else `error'               |
%% | an exception                        | `class:reason', of a tuple its first element   |
%% | a wrong return value                | `Runtime.BadReturn'                            |
%% | a result that JSON cannot express   | `Runtime.MarshalError'                         |
%% | an event that is not JSON           | `Runtime.UnmarshalError'                       |
%% | killed, as by the heap limit        | `exit:killed'                                  |
-module(beamlet_error).

-export([exception/3, returned/1, message/2, message/3, encode/1]).

-define(MESSAGE_BYTES_MAX, 16384).
-define(FRAMES_MAX, 64).

-type t() :: #{type := binary(), message := binary(), stack := [binary()]}.
-export_type([t/0]).

%% @doc The error of an exception.
-spec exception(error | exit | throw, term(), erlang:stacktrace()) -> t().
exception(Class, Reason, Stack) ->
    Type = iolist_to_binary([atom_to_binary(Class), $:, head(Reason)]),
    message(Type, format("~0tp", [Reason]), frames(Stack)).

%% @doc The error of `{error, Reason}'.
-spec returned(term()) -> t().
returned({Type, Message}) when is_atom(Type), is_binary(Message) ->
    message(atom_to_binary(Type), valid(Message));
returned(Reason) when is_binary(Reason) -> message(<<"error">>, valid(Reason));
returned(Reason) when is_atom(Reason) -> message(atom_to_binary(Reason), atom_to_binary(Reason));
returned(Reason) -> message(head(Reason), format("~0tp", [Reason])).

-spec message(binary(), iodata()) -> t().
message(Type, Message) -> message(Type, Message, []).

-spec message(binary(), iodata(), [binary()]) -> t().
message(Type, Message, Stack) ->
    #{type => Type, message => cut(iolist_to_binary(Message)), stack => Stack}.

%% @doc The error as JSON.
-spec encode(t()) -> iodata().
encode(#{type := Type, message := Message, stack := Stack}) ->
    beamlet_json:encode(#{
        <<"errorType">> => Type, <<"errorMessage">> => Message, <<"stackTrace">> => Stack
    }).

%% What an error is known by: an atom, or the first atom of a tuple.
head(Reason) when is_atom(Reason) -> atom_to_binary(Reason);
head(Reason) when is_tuple(Reason), tuple_size(Reason) > 0, is_atom(element(1, Reason)) ->
    atom_to_binary(element(1, Reason));
head(_) -> <<"error">>.

frames(Stack) ->
    [frame(Frame) || Frame <- lists:sublist(Stack, ?FRAMES_MAX), not own(Frame)].

%% The client's own frames below the handler tell a user nothing.
own({Module, _, _, _}) -> Module =:= beamlet_runtime;
own(_) -> false.

frame({Module, Function, Args, Location}) ->
    Arity = case Args of _ when is_list(Args) -> length(Args); _ -> Args end,
    Where =
        case {proplists:get_value(file, Location), proplists:get_value(line, Location)} of
            {undefined, _} -> "";
            {File, undefined} -> [" (", File, ")"];
            {File, Line} -> [" (", File, $:, integer_to_list(Line), ")"]
        end,
    valid(unicode:characters_to_binary(io_lib:format("~ts:~ts/~b~ts", [Module, Function, Arity, Where])));
frame(Other) ->
    format("~0tp", [Other]).

format(Format, Args) ->
    valid(unicode:characters_to_binary(io_lib:format(Format, Args, [{chars_limit, ?MESSAGE_BYTES_MAX}]))).

%% Text that is not UTF-8 is shown as the numbers of its bytes.
valid(Text) when is_binary(Text) ->
    case unicode:characters_to_binary(Text) of
        Text -> Text;
        _ -> iolist_to_binary(io_lib:format("~w", [Text]))
    end;
valid(_) ->
    <<"?">>.

cut(Message) when byte_size(Message) =< ?MESSAGE_BYTES_MAX -> Message;
cut(Message) ->
    case unicode:characters_to_binary(binary:part(Message, 0, ?MESSAGE_BYTES_MAX)) of
        {incomplete, Whole, _} -> Whole;
        Whole -> Whole
    end.
