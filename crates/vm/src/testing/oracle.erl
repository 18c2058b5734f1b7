%% Runs the calls that a module lists, and writes down what comes of each.
-module(oracle).
-export([run/1]).

run(Module) ->
    Calls = Module:main(),
    ok = file:write_file("calls", [call(Call) || Call <- Calls]).

call({Module, Function, Args}) ->
    {Kind, Term} =
        try {<<"returned">>, apply(Module, Function, Args)}
        catch error:Reason -> {<<"raised">>, Reason}
        end,
    [field(atom_to_binary(Module)), field(atom_to_binary(Function)),
     field(<<(length(Args))>>), [field(term_to_binary(Arg)) || Arg <- Args],
     field(Kind), field(term_to_binary(Term))].

field(Bytes) ->
    [<<(byte_size(Bytes)):32>>, Bytes].
