%% What a suite would run, in order: `all/0` and `groups/0` as a tree whose cases are numbered.
%% The numbers are the same in every run, so that a run can begin behind any case.
-module(suite_plan).
-export([of_suite/1, cases/1, first/1, last/1]).
-export_type([plan/0]).

%% {'case', Number, Name, Properties} or {group, Name, Properties, Children}
-type plan() :: [tuple()].

-spec of_suite(module()) -> {ok, plan()} | {skip, term()}.
of_suite(Suite) ->
    case Suite:all() of
        {skip, Reason} ->
            {skip, Reason};
        All ->
            Groups = case erlang:function_exported(Suite, groups, 0) of
                         true -> Suite:groups();
                         false -> []
                     end,
            {Plan, _} = entries(All, Groups, 1),
            {ok, Plan}
    end.

entries(Entries, Groups, Number) ->
    lists:mapfoldl(fun(Entry, N) -> entry(Entry, Groups, N) end, Number, Entries).

entry({group, Name}, Groups, Number) ->
    named(Name, [], Groups, Number);
entry({group, Name, Properties}, Groups, Number) ->
    named(Name, Properties, Groups, Number);
entry({group, Name, Properties, _SubGroups}, Groups, Number) ->
    named(Name, Properties, Groups, Number);
entry({testcase, Name, Properties}, _, Number) ->
    {{'case', Number, Name, Properties}, Number + 1};
entry({Name, Entries}, Groups, Number) when is_list(Entries) ->
    entry({Name, [], Entries}, Groups, Number);
entry({Name, Properties, Entries}, Groups, Number) when is_list(Entries) ->
    {Children, Next} = entries(Entries, Groups, Number),
    {{group, Name, Properties, Children}, Next};
entry(Name, _, Number) when is_atom(Name) ->
    {{'case', Number, Name, []}, Number + 1}.

named(Name, _, Groups, Number) ->
    case lists:keyfind(Name, 1, Groups) of
        {Name, Properties, Entries} -> entry({Name, Properties, Entries}, Groups, Number);
        {Name, Entries} -> entry({Name, [], Entries}, Groups, Number);
        false -> error({no_such_group, Name})
    end.

%% Every case, each as {Number, [Group], Name}.
cases(Plan) ->
    cases(Plan, []).

cases(Plan, Path) ->
    lists:append([case Entry of
                      {'case', Number, Name, _} -> [{Number, lists:reverse(Path), Name}];
                      {group, Name, _, Children} -> cases(Children, [Name | Path])
                  end || Entry <- Plan]).

first(Entry) ->
    lists:min([N || {N, _, _} <- cases([Entry])] ++ [infinity]).

last(Entry) ->
    lists:max([N || {N, _, _} <- cases([Entry])] ++ [0]).
