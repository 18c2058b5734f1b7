%% Options: anchored, multiline, dotall, extended, ungreedy, newline, notbol, notempty, firstline.
-module(re_run_options).
-export([main/0, id/1]).

main() ->
    S = id("one\ntwo\nthree"), C = {capture, all, list},
    [re:run(S, "^t\\w+", [C]), re:run(S, "^t\\w+", [multiline, C]),
     re:run(S, "^t\\w+", [multiline, global, C]), re:run(S, "one.two", [C]), re:run(S, "one.two", [dotall, C]),
     re:run(S, "t w o # comment", [extended, C]), re:run(S, "t.*e", [ungreedy, C]),
     re:run(S, "two", [anchored, C]), re:run(S, "e$", [C]), re:run(S, "one$", [multiline, C]),
     re:run("a\r\nb", "a$", [multiline, {newline, crlf}, C]), re:run("abc", "^a", [notbol, C]),
     re:run("abc", "x*", [notempty, C]), re:run(S, "three", [firstline, C]), re:run("aaa", "a{2}", [C]),
     re:run("foobar", "foo(?=bar)", [C]), re:run("foobar", "(?<=foo)bar", [C]),
     re:run("foobaz", "foo(?!bar)", [C]), re:run("abab", "(ab)\\1", [C]), re:run("aab", "(?>a+)ab", [C]),
     re:run("(a(b)c)", "\\((?:[^()]|(?R))*\\)", [C]), re:run("x", "[[:alpha:]]", [C]),
     re:run("Ab1_", "^[\\w]+$", [C])].

%% Hides a value from the compiler.
id(X) -> X.
