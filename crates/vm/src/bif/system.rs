//! What the isolate tells of itself: `system_info`, `statistics`, and what is not there.

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::heap::Fragment;
use crate::term::{Term, View};
use crate::work::{Done, INTEGER_WORDS_64};

use super::{Row, row};

/// The release and the version that the natives are those of.
const OTP_RELEASE: &str = "25";
const ERTS_VERSION: &str = "13.1.5";

pub const ROWS: &[Row] = &[
    row("erlang", "system_info", 1, system_info),
    row("erlang", "statistics", 1, statistics),
    row("erlang", "system_flag", 2, system_flag),
    row("erlang", "system_monitor", 0, |_| Ok(Term::atom(Atom::UNDEFINED).done())),
    row("erlang", "system_monitor", 1, |_| Ok(Term::atom(Atom::UNDEFINED).done())),
    row("erlang", "system_monitor", 2, |_| Ok(Term::atom(Atom::UNDEFINED).done())),
    row("erlang", "system_profile", 0, |_| Ok(Term::atom(Atom::UNDEFINED).done())),
    row("erlang", "system_profile", 2, |_| Ok(Term::atom(Atom::UNDEFINED).done())),
    row("erlang", "nodes", 0, |_| Ok(Term::NIL.done())),
    row("erlang", "nodes", 1, nodes),
    row("erlang", "nodes", 2, nodes_with_info),
    row("erlang", "port_set_data", 2, |_| Err(BADARG)),
    row("erlang", "port_get_data", 1, |_| Err(BADARG)),
    // Distribution between nodes is left out (docs/differences-from-otp.md).
    row("erlang", "dist_ctrl_input_handler", 2, no_distribution),
    row("erlang", "dist_ctrl_put_data", 2, no_distribution),
    row("erlang", "dist_ctrl_get_data", 1, no_distribution),
    row("erlang", "dist_ctrl_get_data_notification", 1, no_distribution),
    row("erlang", "dist_ctrl_set_opt", 3, no_distribution),
    row("erlang", "dist_ctrl_get_opt", 2, no_distribution),
    row("erlang", "dist_get_stat", 1, no_distribution),
    row("erts_internal", "new_connection", 1, no_distribution),
    row("erts_internal", "abort_pending_connection", 2, no_distribution),
    row("erts_internal", "create_dist_channel", 3, no_distribution),
    row("erts_internal", "dist_spawn_request", 4, no_distribution),
    row("erts_debug", "dist_ext_to_term", 2, no_distribution),
    // There are no dirty schedulers.
    row("erts_internal", "is_process_executing_dirty", 1, |_| Ok(Term::boolean(false).done())),
    row("erts_internal", "check_dirty_process_code", 2, |_| Ok(Term::boolean(false).done())),
    row("erlang", "setnode", 2, |_| Err(BADARG)),
    row("erts_internal", "get_creation", 0, |_| Ok(Term::size(0).done())),
    row("erts_internal", "get_dflags", 0, get_dflags),
    row("erts_internal", "no_aux_work_threads", 0, |_| Ok(Term::size(1).done())),
    row("erts_internal", "scheduler_wall_time", 1, |_| Ok(Term::boolean(false).done())),
    row("erts_internal", "system_check", 1, |_| Ok(Term::atom(Atom::OK).done())),
    row("erts_internal", "trace", 3, |_| Err(Leave::Error(Atom::NOTSUP))),
    row("erts_internal", "trace_pattern", 3, |_| Err(Leave::Error(Atom::NOTSUP))),
    row("erlang", "trace_info", 2, trace_info),
    row("erlang", "trace_delivered", 1, |_| Err(Leave::Error(Atom::NOTSUP))),
    row("erlang", "seq_trace", 2, |_| Ok(Term::boolean(false).done())),
    row("erlang", "seq_trace_info", 1, seq_trace_info),
    row("erlang", "seq_trace_print", 1, |_| Ok(Term::boolean(false).done())),
    row("erlang", "seq_trace_print", 2, |_| Ok(Term::boolean(false).done())),
    row("erl_tracer", "enabled", 3, |call| Ok(Term::atom(call.intern("discard")).done())),
    row("erl_tracer", "trace", 5, |_| Ok(Term::atom(Atom::OK).done())),
    row("erlang", "dt_put_tag", 1, |_| Ok(Term::atom(Atom::UNDEFINED).done())),
    row("erlang", "dt_get_tag", 0, |_| Ok(Term::atom(Atom::UNDEFINED).done())),
    row("erlang", "dt_get_tag_data", 0, |_| Ok(Term::atom(Atom::UNDEFINED).done())),
    row("erlang", "dt_spread_tag", 1, |_| Ok(Term::boolean(true).done())),
    row("erlang", "dt_restore_tag", 1, |_| Ok(Term::boolean(true).done())),
    row("erlang", "dt_prepend_vm_tag_data", 1, |call| Ok(call.arg(0).done())),
    row("erlang", "dt_append_vm_tag_data", 1, |call| Ok(call.arg(0).done())),
    row("erlang", "display", 1, display),
    row("erlang", "display_string", 1, display_string),
    row("erlang", "display_nl", 0, |call| {
        call.iso.host.log("\n");
        Ok(Term::boolean(true).done())
    }),
    row("error_logger", "warning_map", 0, |call| Ok(Term::atom(call.intern("warning")).done())),
    row("net_kernel", "dflag_unicode_io", 1, |_| Ok(Term::boolean(true).done())),
    row("io", "printable_range", 0, |call| Ok(Term::atom(call.intern("latin1")).done())),
];

fn nodes(call: &mut Call) -> Result<Done, Leave> {
    let this = |term: Term| {
        term.as_atom()
            .is_some_and(|atom| matches!(call.work.env.atoms.text(atom), "this" | "known"))
    };
    let wanted = call.arg(0);
    let has_this = this(wanted) || wanted.list().any(this);
    let mut room = call.reserve(2);
    Ok(if has_this { room.cons(Term::atom(Atom::NONODE_NOHOST), Term::NIL) } else { Term::NIL }
        .done())
}

/// `[{Node, Info}]`, the info empty.
fn nodes_with_info(call: &mut Call) -> Result<Done, Leave> {
    if !call.arg(1).is_map() {
        return Err(BADARG);
    }
    let wanted = call.arg(0).as_atom().map(|atom| call.work.env.atoms.text(atom));
    if !matches!(wanted, Some("this" | "known")) {
        return Ok(Term::NIL.done());
    }
    let mut room = call.reserve(1 + 3 + 3 + 2);
    let keys = room.tuple(&[]);
    let info = crate::map::flat(&mut room, keys, &[]);
    let pair = room.tuple(&[Term::atom(Atom::NONODE_NOHOST), info]);
    Ok(room.cons(pair, Term::NIL).done())
}

fn no_distribution(_: &mut Call) -> Result<Done, Leave> {
    Err(Leave::Error(Atom::NOTSUP))
}

/// Capability flags of distribution that the isolate would have: none is negotiated here.
fn get_dflags(call: &mut Call) -> Result<Done, Leave> {
    let tag = call.intern("erts_dflags");
    let parts = [
        Term::atom(tag),
        Term::size(0),
        Term::size(0),
        Term::size(0),
        Term::size(0),
        Term::size(0),
    ];
    Ok(call.reserve(7).tuple(&parts).done())
}

/// Nothing is ever traced: `{Item, undefined | false | []}`.
fn trace_info(call: &mut Call) -> Result<Done, Leave> {
    let item = call.arg(1).as_atom().ok_or(BADARG)?;
    let value = match call.work.env.atoms.text(item) {
        "flags" => Term::NIL,
        "tracer" => Term::NIL,
        _ => Term::boolean(false),
    };
    Ok(call.reserve(3).tuple(&[Term::atom(item), value]).done())
}

fn seq_trace_info(call: &mut Call) -> Result<Done, Leave> {
    let item = call.arg(0).as_atom().ok_or(BADARG)?;
    let mut room = call.reserve(3);
    Ok(room.tuple(&[Term::atom(item), Term::NIL]).done())
}

fn display(call: &mut Call) -> Result<Done, Leave> {
    let text = crate::print::term(call.arg(0), call.work.env, &call.iso.code);
    call.iso.host.log(&format!("{text}\n"));
    Ok(Term::boolean(true).done())
}

fn display_string(call: &mut Call) -> Result<Done, Leave> {
    let points = call.arg(0).list().map(|point| {
        point.as_size().and_then(|point| u32::try_from(point).ok()).and_then(char::from_u32)
    });
    let text: String = points.collect::<Option<_>>().ok_or(BADARG)?;
    call.iso.host.log(&text);
    Ok(Term::boolean(true).done())
}

fn system_info(call: &mut Call) -> Result<Done, Leave> {
    if let Some(item) = call.arg(0).as_tuple() {
        return system_info_of(call, item.len());
    }
    let item = call.arg(0).as_atom().ok_or(BADARG)?;
    let item = call.work.env.atoms.text(item).to_owned();
    let atom = |call: &mut Call, text: &str| Ok(Term::atom(call.intern(text)).done());
    let number = |value: usize| Ok(Term::size(value).done());
    let string = |call: &mut Call, text: &str| {
        Ok(call.reserve(2 * text.chars().count()).string(text).done())
    };
    match item.as_str() {
        "otp_release" => string(call, OTP_RELEASE),
        "version" => string(call, ERTS_VERSION),
        "system_version" => {
            string(call, "Erlang/OTP 25 [erts-13.1.5] [beamlet] [64-bit] [smp:1:1]\n")
        }
        "system_architecture" => string(call, concat!(env!("BEAMLET_TARGET"))),
        "os_type" => {
            let parts = ["unix", "linux"].map(|name| Term::atom(call.intern(name)));
            Ok(call.reserve(3).tuple(&parts).done())
        }
        // The isolate has no operating system of its own; programs ask for the least version.
        "os_version" => {
            Ok(call.reserve(4).tuple(&[Term::size(6), Term::size(0), Term::size(0)]).done())
        }
        "machine" => string(call, "BEAM"),
        "emu_flavor" => atom(call, "jit"),
        "emu_type" => atom(call, "opt"),
        "build_type" => atom(call, "opt"),
        "driver_version" => string(call, "3.3"),
        "nif_version" => string(call, "2.16"),
        "wordsize" => number(8),
        "schedulers"
        | "schedulers_online"
        | "logical_processors"
        | "logical_processors_online"
        | "logical_processors_available" => number(1),
        "dirty_cpu_schedulers"
        | "dirty_cpu_schedulers_online"
        | "dirty_io_schedulers"
        | "async_threads"
        | "thread_pool_size" => number(0),
        "smp_support" | "threads" => Ok(Term::boolean(true).done()),
        "multi_scheduling" => atom(call, "enabled"),
        "multi_scheduling_blockers" | "scheduler_bindings" | "normal_multi_scheduling_blockers" => {
            Ok(Term::NIL.done())
        }
        "scheduler_id" => number(1),
        "scheduler_bind_type" => atom(call, "unbound"),
        "process_count" => number(call.iso.processes.count()),
        "process_limit" => number(call.work.env.limits.processes),
        "port_count" => number(0),
        "port_limit" => number(64),
        "atom_count" => number(call.work.env.atoms.count()),
        "atom_limit" => number(call.work.env.limits.atoms),
        "ets_count" => number(0),
        "ets_limit" => number(call.work.env.limits.tables),
        "time_correction" => Ok(Term::boolean(true).done()),
        "time_warp_mode" => atom(call, "no_time_warp"),
        "time_offset" => atom(call, "final"),
        "system_logger" => {
            let logger = call.iso.extensions.get::<Logger>().0;
            let name = call.intern("logger");
            Ok(logger.map_or(Term::atom(name), Term::pid).done())
        }
        "start_time" => {
            let start = call.iso.started_ns as i64;
            Ok(call.reserve(INTEGER_WORDS_64).signed(start).done())
        }
        "end_time" => Ok(call.reserve(INTEGER_WORDS_64).signed(i64::MAX).done()),
        "tolerant_timeofday" => atom(call, "enabled"),
        "min_heap_size" | "min_bin_vheap_size" | "fullsweep_after" => {
            let value = match item.as_str() {
                "min_heap_size" => crate::heap::HEAP_WORDS_MIN,
                "min_bin_vheap_size" => 46_422,
                _ => 65_535,
            };
            let key = call.intern(&item);
            Ok(call.reserve(3).tuple(&[Term::atom(key), Term::size(value)]).done())
        }
        "max_heap_size" => super::process::max_heap_map(call, 0),
        "heap_type" => atom(call, "private"),
        "garbage_collection" => {
            let key = call.intern("fullsweep_after");
            let mut room = call.reserve(5);
            let pair = room.tuple(&[Term::atom(key), Term::size(65_535)]);
            Ok(room.cons(pair, Term::NIL).done())
        }
        "kernel_poll" | "dist_buf_busy_limit" | "dynamic_trace_probes" | "eager_check_io" => {
            Ok(Term::boolean(false).done())
        }
        "dynamic_trace" | "c_compiler_used" => atom(call, "none"),
        "modified_timing_level" | "cpu_topology" => Ok(Term::atom(Atom::UNDEFINED).done()),
        "creation" => number(0),
        "delayed_node_table_gc" => number(60),
        "backtrace_depth" => number(8),
        "message_queue_data" => atom(call, "on_heap"),
        "break_ignored" | "debug_compiled" | "lock_checking" | "lock_counting" => {
            Ok(Term::boolean(false).done())
        }
        "check_io" | "trace_control_word" | "compile_info" | "alloc_util_allocators" => {
            Ok(if item == "trace_control_word" { Term::size(0) } else { Term::NIL }.done())
        }
        "loaded" | "procs" | "info" | "dist" | "dist_ctrl" => {
            Ok(call.reserve(4).binary(b"").done())
        }
        "os_monotonic_time_source" | "os_system_time_source" => Ok(Term::NIL.done()),
        "halt_flush_timeout" => Ok(Term::atom(Atom::INFINITY).done()),
        "ets_always_compress" => Ok(Term::boolean(false).done()),
        "runtime_options" => Err(BADARG),
        _ => Err(BADARG),
    }
}

/// Items that are tuples: of allocators, of which there is none to tell of, and of word sizes.
fn system_info_of(call: &mut Call, arity: usize) -> Result<Done, Leave> {
    if arity != 2 {
        return Err(BADARG);
    }
    let Some([key, what]) = call.arg(0).as_tuple() else { return Err(BADARG) };
    let key = call.work.env.atoms.text(key.as_atom().ok_or(BADARG)?);
    match (key, what.as_atom().map(|atom| call.work.env.atoms.text(atom))) {
        ("wordsize", Some("internal" | "external")) => Ok(Term::size(8).done()),
        ("allocator" | "allocator_sizes", Some(_)) => Ok(Term::boolean(false).done()),
        ("cpu_topology", Some("defined" | "detected" | "used")) => {
            Ok(Term::atom(Atom::UNDEFINED).done())
        }
        _ => Err(BADARG),
    }
}

fn pair_of(call: &mut Call, a: i64, b: i64) -> Result<Done, Leave> {
    let mut room = call.reserve(3 + 2 * INTEGER_WORDS_64);
    let parts = [room.signed(a), room.signed(b)];
    Ok(room.tuple(&parts).done())
}

/// What `statistics` told the last time, for the differences that it also tells.
#[derive(Default)]
struct Told {
    reductions: u64,
    wall_ms: i64,
    cpu_ms: i64,
}

fn statistics(call: &mut Call) -> Result<Done, Leave> {
    let item = call.arg(0).as_atom().ok_or(BADARG)?;
    let item = call.work.env.atoms.text(item).to_owned();
    let running = (beamlet_code::abi::TURN_REDUCTIONS - call.work.context.reductions).max(0) as u64;
    let total = call.iso.reductions + running;
    let wall_ms =
        (call.iso.host.monotonic_ns().saturating_sub(call.iso.started_ns) / 1_000_000) as i64;
    let cpu_ms = (call.iso.host.cpu_ns() / 1_000_000) as i64;
    let collections = (call.iso.collections + call.work.proc.heap.collections) as i64;
    let queued = call.iso.queue.len();
    let told = call.iso.extensions.get::<Told>();
    match item.as_str() {
        "reductions" | "exact_reductions" => {
            let since = total - std::mem::replace(&mut told.reductions, total);
            pair_of(call, total as i64, since as i64)
        }
        "wall_clock" => {
            let since = wall_ms - std::mem::replace(&mut told.wall_ms, wall_ms);
            pair_of(call, wall_ms, since)
        }
        "runtime" => {
            let since = cpu_ms - std::mem::replace(&mut told.cpu_ms, cpu_ms);
            pair_of(call, cpu_ms, since)
        }
        "context_switches" => pair_of(call, 0, 0),
        "garbage_collection" => {
            let parts =
                [Term::small(collections).unwrap_or(Term::NIL), Term::size(0), Term::size(0)];
            Ok(call.reserve(4).tuple(&parts).done())
        }
        "run_queue" | "total_run_queue_lengths" | "total_run_queue_lengths_all" => {
            Ok(Term::size(queued).done())
        }
        "run_queue_lengths" | "run_queue_lengths_all" => {
            Ok(call.reserve(2).cons(Term::size(queued), Term::NIL).done())
        }
        "active_tasks" | "active_tasks_all" => {
            Ok(call.reserve(2).cons(Term::size(queued + 1), Term::NIL).done())
        }
        "total_active_tasks" | "total_active_tasks_all" => Ok(Term::size(queued + 1).done()),
        "io" => {
            let (input, output) = (call.intern("input"), call.intern("output"));
            let mut room = call.reserve(9);
            let pairs = [input, output].map(|key| room.tuple(&[Term::atom(key), Term::size(0)]));
            Ok(room.tuple(&pairs).done())
        }
        "scheduler_wall_time" | "scheduler_wall_time_all" | "microstate_accounting" => {
            Ok(Term::atom(Atom::UNDEFINED).done())
        }
        _ => Err(BADARG),
    }
}

/// The process that the emulator's own reports go to.
#[derive(Default)]
struct Logger(Option<crate::term::Pid>);

/// Tells the logger that a process has ended by an exception which nobody caught, as OTP's emulator
/// does: `{log, error, Format, [Pid, Reason], Metadata}`.
pub(crate) fn report_crash(call: &mut Call, reason: &Fragment) {
    const FORMAT: &str = "Error in process ~p with exit value:~n~p~n";
    let name = call.intern("logger");
    let chosen = call.iso.extensions.get::<Logger>().0;
    let Some(logger) = chosen.or_else(|| call.iso.registered(name)) else { return };
    if logger == call.work.pid() {
        return;
    }
    let pid = Term::pid(call.work.pid());
    let time_us = call.iso.host.system_ns() / 1_000;
    let leader = group_leader(call);
    let names = ["log", "emulator", "tag", "error_logger", "gl", "pid", "time"];
    let [log, emulator, tag, error_logger, gl, pid_key, time] =
        names.map(|name| Term::atom(call.intern(name)));
    let words = reason.words() + 2 * FORMAT.len() + 64;
    let message = call.iso.fragment(words, |room| {
        let reason = room.copy(reason);
        let format = room.string(FORMAT);
        let args = room.list([pid, reason], Term::NIL);
        // The keys of maps stand in the order of their texts.
        let keys = room.tuple(&[emulator, tag]);
        let origin = crate::map::flat(room, keys, &[Term::boolean(true), Term::atom(Atom::ERROR)]);
        let keys = room.tuple(&[error_logger, gl, pid_key, time]);
        let time = room.signed(time_us);
        let metadata = crate::map::flat(room, keys, &[origin, leader, pid, time]);
        room.tuple(&[log, Term::atom(Atom::ERROR), format, args, metadata])
    });
    call.iso.deliver(logger, message);
}

/// The running process's group leader; itself, if that is of another node.
fn group_leader(call: &Call) -> Term<'static> {
    let leader = call.work.proc.group_leader_pid();
    Term::pid(leader.unwrap_or(call.work.pid()))
}

/// Flags that a program may set without effect; their value before.
fn system_flag(call: &mut Call) -> Result<Done, Leave> {
    let flag = call.arg(0).as_atom().ok_or(BADARG)?;
    let value = call.arg(1).view();
    let count = |least: i64, before: usize| match value {
        View::Small(given) if given >= least => Ok(Term::size(before).done()),
        _ => Err(BADARG),
    };
    match call.work.env.atoms.text(flag) {
        "system_logger" => {
            // Who hears of crashes: a process, or nobody.
            let logger = match value {
                View::Pid(pid) => Some(pid),
                View::Atom(atom)
                    if matches!(call.work.env.atoms.text(atom), "logger" | "undefined") =>
                {
                    None
                }
                _ => return Err(BADARG),
            };
            let told = call.iso.extensions.get::<Logger>();
            let before = std::mem::replace(&mut told.0, logger);
            let name = call.intern("logger");
            Ok(before.map_or(Term::atom(name), Term::pid).done())
        }
        "backtrace_depth" => count(0, 8),
        "fullsweep_after" => count(0, 65_535),
        "min_heap_size" => count(0, crate::heap::HEAP_WORDS_MIN),
        "min_bin_vheap_size" => count(0, 46_422),
        "schedulers_online" => count(1, 1),
        "dirty_cpu_schedulers_online" => count(1, 1),
        "trace_control_word" => count(0, 0),
        "scheduler_wall_time" => match value {
            View::Atom(Atom::TRUE | Atom::FALSE) => Ok(Term::boolean(false).done()),
            _ => Err(BADARG),
        },
        "time_offset" => Ok(Term::atom(call.intern("final")).done()),
        "multi_scheduling" => Ok(Term::atom(call.intern("enabled")).done()),
        _ => Err(BADARG),
    }
}
