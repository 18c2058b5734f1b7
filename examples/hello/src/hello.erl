-module(hello).
-export([handle/2]).

handle(#{<<"name">> := Name}, _Context) ->
    {ok, #{<<"greeting">> => <<"hello ", Name/binary>>}}.
