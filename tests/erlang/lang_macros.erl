%% Macros with arguments, stringification, conditionals, predefined names, nesting.
-module(lang_macros).
-export([main/0, id/1]).

-define(SQ(X), ((X) * (X))).
-define(ADD(A, B), A + B).
-define(SHOW(X), {??X, X}).
-define(TWICE(X), ?ADD(X, X)).
-define(EMPTY(), empty).
-ifdef(NO_SUCH_MACRO).
-define(MODE, defined).
-else.
-define(MODE, undefined_).
-endif.
-if(?OTP_RELEASE >= 21).
-define(NEW, yes).
-else.
-define(NEW, no).
-endif.

main() ->
    {?SQ(id(3) + 1), ?SHOW(id(1) + 2), ?TWICE(4), ?EMPTY(), ?MODE, ?NEW, ?MODULE, ?MODULE_STRING, ?LINE, ?FILE,
     ?FUNCTION_NAME, ?FUNCTION_ARITY, ?MACHINE, [?SQ(X) || X <- [1, 2]]}.

%% Hides a value from the compiler.
id(X) -> X.
