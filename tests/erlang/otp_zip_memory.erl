%% zip archives in memory: create, list, extract, a bad archive.
-module(otp_zip_memory).
-export([main/0]).

main() ->
    Files = [{"a.txt", <<"alpha">>}, {"dir/b.bin", binary:copy(<<"beta">>, 100)}],
        {ok, {"x.zip", B}} = zip:create("x.zip", Files, [memory]),
    {ok, L} = zip:unzip(B, [memory]), {ok, [_ | Es]} = zip:list_dir(B), {ok, H} = zip:zip_open(B, [memory]),
     {ok, One} = zip:zip_get("a.txt", H), zip:zip_close(H),
      {lists:sort(L) =:= lists:sort(Files), [element(2, E) || E <- Es], One,
       element(1, zip:unzip(<<"no archive at all">>, [memory]))}.
