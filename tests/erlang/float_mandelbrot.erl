%% A small Mandelbrot set: float registers through nested loops with branches.
-module(float_mandelbrot).
-export([main/0]).

main() ->
    [[iterations(X / 20 - 1.5, Y / 10 - 1.0, 0.0, 0.0, 0) || X <- lists:seq(0, 40)]
     || Y <- lists:seq(0, 20, 2)].

iterations(_, _, _, _, 40) -> 40;
iterations(Cr, Ci, Zr, Zi, N) ->
    R2 = Zr * Zr, I2 = Zi * Zi,
    if R2 + I2 > 4.0 -> N;
       true -> iterations(Cr, Ci, R2 - I2 + Cr, 2.0 * Zr * Zi + Ci, N + 1)
    end.
