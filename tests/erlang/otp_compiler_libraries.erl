%% The modules that the compiler's front end leans on: erl_internal, erl_bits, erl_parse, erl_expand_records, erl_anno.
-module(otp_compiler_libraries).
-export([main/0]).

main() ->
    {erl_internal:bif(abs, 1), erl_internal:guard_bif(length, 1), erl_internal:op_type('+', 2),
     erl_internal:comp_op('=<', 2), erl_internal:old_bif(foo, 1), erl_internal:is_type(integer, 0),
     element(1, erl_bits:set_bit_type({atom, 1, 8}, [little, integer])),
     erl_bits:set_bit_type(default, [binary]),
     [erl_parse:normalise(erl_parse:abstract(T)) =:= T || T <- [a, "s", {1, [x]}, #{k => v}, <<1, 2>>, 1.5]],
      erl_expand_records:module([{attribute, 1, record, {r, [{record_field, 1, {atom, 1, a}}]}},
      {function, 2, f, 1, [{clause, 2, [{record, 2, r, [{record_field, 2, {atom, 2, a}, {var, 2, 'X'}}]}], [],
       [{var, 2, 'X'}]}]}], []), erl_anno:line(erl_anno:new({3, 4})),
        erl_anno:location(erl_anno:set_generated(true, erl_anno:new(7)))}.
