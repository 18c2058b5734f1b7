%% erl_scan turns text into tokens, with positions, or says where it cannot.
-module(otp_erl_scan).
-export([main/0]).

main() ->
    [erl_scan:string(S) || S <- ["foo(X) -> X + 1.5e3.", "'A b' \"str\\n\" $a $\\n 16#ff 2#101 1_000",
     "<<1:8/integer>> #{a => 1} #r{x=1} % comment", "fun() -> ok end || <- :: ... ?M", "\"open", "'open", "$",
     "1.", "16#", "a.b.c", "", "X =:= Y andalso not Z.", "\"a\" \"b\"", "ßé Ä"]]
        ++ [erl_scan:string("a\nb.", {5, 3}), erl_scan:string("x y", 1, [return, text]),
            erl_scan:tokens([], "foo. bar", 1), element(1, erl_scan:tokens([], "unfinished", 1)),
            erl_scan:reserved_word('when'), erl_scan:format_error({illegal, character}),
            [erl_scan:category(T) || T <- element(2, erl_scan:string("a B 1"))], erl_scan:symbol({atom, 1, q})].
