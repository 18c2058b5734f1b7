%% beam_lib: chunks, exports, atoms, md5, strip of a module in memory; bad data.
-module(otp_beam_lib).
-export([main/0]).

main() ->
    {ok, M, B} = compile:forms([{attribute, 1, module, corpus_beam}, {attribute, 1, export, [{f, 1}]},
     {attribute, 1, vsn, "v9"}, {function, 2, f, 1,
      [{clause, 2, [{var, 2, 'X'}], [], [{tuple, 2, [{atom, 2, got}, {var, 2, 'X'}]}]}]}], [debug_info]),
    {ok, {M, [{exports, Ex}, {attributes, At}, {labeled_exports, Le}]}} = beam_lib:chunks(B,
     [exports, attributes, labeled_exports]),
      {ok, {M, [{abstract_code, {raw_abstract_v1, Fs}}]}} = beam_lib:chunks(B, [abstract_code]),
       {ok, {M, S}} = beam_lib:strip(B), {ok, {M, [{imports, Im}]}} = beam_lib:chunks(B, [imports]),
    {M, Ex, At, [{N, A} || {N, A, _} <- Le], Im, length(Fs),
     [Id || {Id, _} <- element(3, beam_lib:all_chunks(B))], byte_size(S) < byte_size(B),
      [Id || {Id, _} <- element(3, beam_lib:all_chunks(S))], beam_lib:version(B), element(1, beam_lib:md5(B)),
       beam_lib:cmp(B, B), e(fun() -> beam_lib:chunks(<<"nothing">>, [exports]) end),
       beam_lib:chunks(B, ["None"]), [K || {K, _} <- lists:keydelete(binary, 1, tl(beam_lib:info(B)))]}.

%% The value of a fun, or the class and reason of its exception.
e(F) ->
    try F() of V -> {ok, V} catch C:R -> {C, R} end.
