%% A BIF's error says which argument was wrong.
-module(uncaught_bif_error_info).
-export([main/0]).

main() ->
    R = [atom_to_list(A) || A <- [fine, "wrong"]],
    R ++ [].
