%% io_lib:fread reads by format.
-module(otp_io_fread).
-export([main/0]).

main() ->
    [io_lib:fread(F, S) || {F, S} <- [{"~d ~d", "12 34"}, {"~d", "x"}, {"~s ~a", "word atom rest"},
     {"~f", "1.5"}, {"~c~2c", "abc"}, {"~u-~d", "5-7"}, {"~#", "16#ff"}, {"~*d ~d", "1 2"}, {"~d", ""},
      {"a~d", "b1"}, {"~l~d~l", "42 z"}, {"~16u", "ff"}, {"~-", "-"}]].
