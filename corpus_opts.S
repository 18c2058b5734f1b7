{module, corpus_opts}.  %% version = 0

{exports, [{f,1},{module_info,0},{module_info,1}]}.

{attributes, []}.

{labels, 8}.


{function, f, 1, 2}.
  {label,1}.
    {line,[{location,[],2}]}.
    {func_info,{atom,corpus_opts},{atom,f},1}.
  {label,2}.
    {test,is_lt,{f,3},[{integer,0},{x,0}]}.
    {gc_bif,'*',{f,0},1,[{x,0},{integer,2}],{x,0}}.
    return.
  {label,3}.
    {move,{atom,neg},{x,0}}.
    return.


{function, module_info, 0, 5}.
  {label,4}.
    {line,[]}.
    {func_info,{atom,corpus_opts},{atom,module_info},0}.
  {label,5}.
    {move,{atom,corpus_opts},{x,0}}.
    {call_ext_only,1,{extfunc,erlang,get_module_info,1}}.


{function, module_info, 1, 7}.
  {label,6}.
    {line,[]}.
    {func_info,{atom,corpus_opts},{atom,module_info},1}.
  {label,7}.
    {move,{x,0},{x,1}}.
    {move,{atom,corpus_opts},{x,0}}.
    {call_ext_only,2,{extfunc,erlang,get_module_info,2}}.
