%% logger with a handler of one's own: levels, metadata, filters, reports, formats.
-module(otp_logger_handler).
-export([main/0]).

-export([log/2]).

main() ->
    logger:set_primary_config(level, info), logger:remove_handler(default),
        ok = logger:add_handler(corpus, ?MODULE, #{config => self(), level => debug}),
    logger:info("hello ~p", [1]), logger:debug("unseen"), logger:error(#{what => failed, n => 2}),
        logger:warning("text"), logger:log(notice, "fun ~s", ["x"], #{tag => t}),
        logger:update_process_metadata(#{req => 7}), logger:critical("meta"),
        ok = logger:add_primary_filter(no_alert, {fun(#{level := alert}, _) -> stop; (E, _) -> E end, x}),
        logger:alert("filtered"), error_logger:error_msg("old ~w", [style]),
        logger:set_module_level(?MODULE, none), logger:emergency("module off"),
    R = flush(), {R, logger:get_primary_config(), lists:member(corpus, logger:get_handler_ids()),
        logger:compare_levels(error, info), logger:allow(error, ?MODULE), logger:unset_module_level(?MODULE),
        logger:remove_handler(corpus), logger:remove_primary_filter(no_alert), logger:remove_handler(nope)}.

log(#{level := L, msg := M, meta := Meta}, #{config := To}) -> To ! {L, M, maps:with([tag, req], Meta)}.

flush() -> receive M -> [M | flush()] after 0 -> [] end.
