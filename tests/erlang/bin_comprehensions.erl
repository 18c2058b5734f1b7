%% Binary comprehensions from lists and binaries, with filters and bits.
-module(bin_comprehensions).
-export([main/0, id/1]).

main() ->
    B = id(<<1, 2, 3, 4, 5, 250>>),
    {<< <<X:16>> || <<X>> <= B >>, << <<X>> || <<X>> <= B, X rem 2 =:= 1 >>, [X + Y || <<X, Y>> <= B],
     << <<(1 - X):1>> || <<X:1>> <= B >>, << <<X:3>> || X <- lists:seq(0, 9) >>,
     [{X, Y} || <<X>> <= <<1, 2>>, <<Y:4>> <= <<16#AB>>], [X || <<X:5>> <= B], << <<X/utf8>> || X <- "añ€" >>,
      << X || X <- [<<1>>, <<2:2>>] >>,
     [L || <<L, _:L/binary>> <= <<1, 0, 2, 0, 0, 9, 0>>], << <<Y, X>> || <<X, Y>> <= B >>,
      [X || <<X/float>> <= <<1.5/float, 2.5/float, 1, 2>>], [C || <<C/utf8>> <= <<"añ"/utf8, 255, "b">>]}.

%% Hides a value from the compiler.
id(X) -> X.
