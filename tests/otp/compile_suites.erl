%% Compiles OTP's own test suites in the folders that scripts/fetch-otp-suites unpacked, two at a
%% time, each .beam beside its source. OTP builds some suites several times under further names,
%% so that the same cases run on code that the compiler made differently; so do we (`variants/1`).
-module(compile_suites).
-export([main/1]).

%% Root: the unpacked source tree of OTP.
main([Root]) ->
    Areas = [{emulator, "erts/emulator/test"}, {stdlib, "lib/stdlib/test"},
             {compiler, "lib/compiler/test"}],
    {Counts, Failures} = lists:unzip([area(Area, filename:join(Root, Folder), Root)
                                      || {Area, Folder} <- Areas]),
    Failed = lists:append(Failures),
    io:format("~w modules compiled, ~w not~n", [lists:sum(Counts) - length(Failed), length(Failed)]),
    [io:format("  ~ts: ~ts~n", [File, Why]) || {File, Why} <- Failed],
    halt(0).

%% Names are relative, as OTP's makefiles have them: some cases look at the file in a stack trace.
area(Area, Folder, Root) ->
    ok = file:set_cwd(Folder),
    Jobs = jobs(Area, Folder, Root),
    {length(Jobs), run(Jobs, 2, [])}.

jobs(Area, Folder, Root) ->
    Includes = [{i, "."}, {i, filename:join(Root, "lib")},
                {i, filename:join(Root, "lib/kernel/include")}],
    Options = [debug_info, return_errors | Includes],
    borrow(Area, Folder, Root),
    %% Variants are written before the folder is listed: they are sources like the others.
    Variants = lists:append([variant(V) || V <- variants(Area)]),
    Plain = [{File, []} || File <- filelib:wildcard("*.erl"),
                           not lists:keymember(File, 1, Variants)],
    Core = [{File, [from_core]} || File <- filelib:wildcard("*.core")],
    [{File, More ++ Options} || {File, More} <- Plain ++ Variants ++ Core].

%% Modules that one area takes from another's folder.
borrow(stdlib, Folder, Root) ->
    [{ok, _} = file:copy(filename:join(Root, From), filename:join(Folder, filename:basename(From)))
     || From <- ["erts/emulator/test/erts_test_utils.erl", "lib/sasl/test/otp_vsns.erl",
                 "otp_versions.table"]],
    ok;
borrow(_, _, _) ->
    ok.

variant({Suffix, Options, Suites}) ->
    [begin
         {ok, Source} = file:read_file(Suite ++ "_SUITE.erl"),
         Name = Suite ++ Suffix ++ "_SUITE",
         Renamed = binary:replace(Source, iolist_to_binary(["-module(", Suite, "_SUITE)"]),
                                  iolist_to_binary(["-module(", Name, ")"])),
         File = Name ++ ".erl",
         ok = file:write_file(File, Renamed),
         {File, Options}
     end || Suite <- string:lexemes(Suites, " ")].

%% Which suites OTP builds under which further name, and with which options of the compiler.
variants(emulator) ->
    [{"_no_opt", [no_copt, no_postopt, no_ssa_opt, no_bsm_opt],
      "bs_bincomp bs_bit_binaries bs_construct bs_match_bin bs_match_int bs_match_tail "
      "bs_match_misc bs_utf guard map"}];
variants(stdlib) ->
    [];
variants(compiler) ->
    Unoptimised = "andor apply beam_block beam_except beam_jump beam_reorder beam_ssa beam_type "
        "beam_utils bif bs_construct bs_bincomp bs_match bs_size_expr bs_utf core_fold float fun "
        "guard lc map match maybe misc overridden_bif receive record trycatch",
    Inlined = "andor apply beam_block beam_ssa beam_utils bif bs_bincomp bs_bit_binaries "
        "bs_construct bs_match bs_size_expr bs_utf core_fold float fun guard lc map match maybe "
        "misc overridden_bif receive record",
    NoSsa = [no_bool_opt, no_share_opt, no_bsm_opt, no_fun_opt, no_ssa_opt, no_recv_opt],
    [{"_no_opt", [no_copt, no_postopt | NoSsa], Unoptimised},
     {"_no_ssa_opt", NoSsa, Unoptimised},
     {"_post_opt", [no_copt | NoSsa], Unoptimised},
     {"_no_copt", [no_copt], Unoptimised},
     {"_no_module_opt", [no_module_opt], Unoptimised},
     {"_no_type_opt", [no_type_opt], Unoptimised},
     {"_inline", [inline], Inlined},
     {"_r23", [r23], "fun"},
     {"_r24", [r24], "bs_construct bs_utf bs_bincomp"},
     {"_dialyzer", [dialyzer], "bs_match"}].

run([{File, Options} | Jobs], Free, Failed) when Free > 0 ->
    spawn_monitor(fun() -> exit({compiled, File, compile:file(source(File, Options), Options)}) end),
    run(Jobs, Free - 1, Failed);
run([], 2, Failed) ->
    lists:sort(Failed);
run(Jobs, Free, Failed) ->
    receive
        {'DOWN', _, process, _, {compiled, _, {ok, _}}} ->
            run(Jobs, Free + 1, Failed);
        {'DOWN', _, process, _, {compiled, File, {error, [{_, [{_, By, Why} | _]} | _], _}}} ->
            run(Jobs, Free + 1, [{File, By:format_error(Why)} | Failed]);
        {'DOWN', _, process, _, Why} ->
            run(Jobs, Free + 1, [{"?", io_lib:format("~p", [Why])} | Failed])
    end.

source(File, Options) ->
    case lists:member(from_core, Options) of
        true -> filename:rootname(File, ".core");
        false -> File
    end.
