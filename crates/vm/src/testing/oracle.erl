%% Runs the calls that a module lists, and writes down what comes of each.
-module(oracle).
-export([run/1]).

run(Module) ->
    Calls = Module:main(),
    ok = file:write_file("calls", [call(Call) || Call <- Calls]).

%% With what must come of it, where the native need not do all of it.
call({Module, Function, Args, Result}) ->
    call(Module, Function, Args, {<<"returned">>, Result});
call({Module, Function, Args}) ->
    call(Module, Function, Args,
         try {<<"returned">>, apply(Module, Function, Args)}
         catch error:Reason -> {<<"raised">>, Reason}
         end).

call(Module, Function, Args, {Kind, Term}) ->
    [field(atom_to_binary(Module)), field(atom_to_binary(Function)),
     field(<<(length(Args))>>), [field(term_to_binary(Arg)) || Arg <- Args],
     field(Kind), field(term_to_binary(Term))].

field(Bytes) ->
    [<<(byte_size(Bytes)):32>>, Bytes].
