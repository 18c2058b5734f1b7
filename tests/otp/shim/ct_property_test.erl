%% Property tests need PropEr, QuickCheck or Triq, which no OTP has: they are skipped, as by
%% common_test where none of the three is installed.
-module(ct_property_test).
-export([init_per_suite/1, quickcheck/2, present_result/4, present_result/5]).

init_per_suite(_) -> {skip, "no property test tool"}.
quickcheck(_, _) -> throw({skip, "no property test tool"}).
present_result(_, _, _, _) -> throw({skip, "no property test tool"}).
present_result(_, _, _, _, _) -> throw({skip, "no property test tool"}).
