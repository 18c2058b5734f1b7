%% Large literal lists, tuples, maps and nested terms are the same each time and survive collections.
-module(lang_large_literals).
-export([main/0]).

main() ->
    A = lit(), garbage_collect(), B = lit(),
    {A =:= B, erlang:phash2(A), length(element(1, A)), maps:get(c, element(3, A)),
     hd(element(1, setelement(1, A, [x | element(1, A)]))), erts_debug:size(A) =< erts_debug:flat_size(A)}.

lit() -> {[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, {a,
    [b, {c, [d, "string", <<"binary">>, 1.5, 16#FFFFFFFFFFFFFFFFFFFF]}]}, #{x => #{y => #{z => []}}},
     "another string that is a bit longer than the first one", 'an atom with spaces'],
     {1, {2, {3, {4, {5, {6, {7, {8, {9, {10}}}}}}}}}},
      #{a => 1, b => [1, 2], c => {deep, #{list => [1, #{m => n}]}}}}.
