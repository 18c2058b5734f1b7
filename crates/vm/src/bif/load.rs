//! Loading code, and what is loaded.

use std::rc::Rc;

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::code::{Loaded, Mfa};
use crate::external::Decode;
use crate::isolate::LoadError;
use crate::term::{Pid, Term, View};
use crate::work::Done;

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "pre_loaded", 0, pre_loaded),
    row("erlang", "loaded", 0, loaded),
    row("erlang", "module_loaded", 1, module_loaded),
    row("erlang", "function_exported", 3, function_exported),
    row("erlang", "is_builtin", 3, is_builtin),
    row("erlang", "get_module_info", 1, module_info),
    row("erlang", "get_module_info", 2, module_info_item),
    row("erts_internal", "prepare_loading", 2, prepare_loading),
    row("erlang", "has_prepared_code_on_load", 1, has_on_load),
    row("erlang", "finish_loading", 1, finish_loading),
    row("erlang", "call_on_load_function", 1, call_on_load),
    row("erlang", "finish_after_on_load", 2, finish_after_on_load),
    row("erlang", "delete_module", 1, delete_module),
    row("erlang", "check_old_code", 1, check_old_code),
    row("erts_internal", "purge_module", 2, purge_module),
    row("erts_internal", "check_process_code", 1, check_own_code),
    row("erts_internal", "request_system_task", 3, |call| system_task(call, 0, 2)),
    row("erts_internal", "request_system_task", 4, |call| system_task(call, 1, 3)),
    row("erts_internal", "beamfile_module_md5", 1, file_md5),
    row("erts_internal", "beamfile_chunk", 2, file_chunk),
    row("erlang", "load_nif", 2, load_nif),
    row("erts_literal_area_collector", "release_area_switch", 0, |_| {
        Ok(Term::boolean(false).done())
    }),
    row("erts_literal_area_collector", "send_copy_request", 3, |_| Err(BADARG)),
];

/// Code that is linked, between `prepare_loading` and `finish_loading`.
struct Prepared {
    loaded: Rc<Loaded>,
}

/// Modules that OTP has in its emulator, in the order of `erlang:pre_loaded/0`.
pub const PRELOADED: &[&str] = &[
    "erts_code_purger",
    "erl_init",
    "init",
    "prim_buffer",
    "prim_eval",
    "prim_inet",
    "prim_file",
    "zlib",
    "prim_socket",
    "prim_net",
    "socket_registry",
    "prim_zip",
    "erl_prim_loader",
    "erlang",
    "erts_internal",
    "erl_tracer",
    "erts_literal_area_collector",
    "erts_dirty_process_signal_handler",
    "atomics",
    "counters",
    "persistent_term",
];

fn pre_loaded(call: &mut Call) -> Result<Done, Leave> {
    let names: Vec<Atom> = PRELOADED.iter().map(|name| call.intern(name)).collect();
    let mut room = call.reserve(2 * names.len());
    Ok(room.list(names.into_iter().map(Term::atom), Term::NIL).done())
}

fn loaded(call: &mut Call) -> Result<Done, Leave> {
    let names: Vec<Atom> = call.iso.code.modules().map(|loaded| loaded.name).collect();
    let mut room = call.reserve(2 * names.len());
    Ok(room.list(names.into_iter().map(Term::atom), Term::NIL).done())
}

fn module_loaded(call: &mut Call) -> Result<Done, Leave> {
    let module = call.arg(0).as_atom().ok_or(BADARG)?;
    Ok(Term::boolean(call.iso.code.module(module).is_some()).done())
}

fn mfa(call: &Call) -> Result<Option<Mfa>, Leave> {
    let module = call.arg(0).as_atom().ok_or(BADARG)?;
    let function = call.arg(1).as_atom().ok_or(BADARG)?;
    let arity = call.arg(2).as_small().ok_or(BADARG)?;
    Ok(u8::try_from(arity).ok().map(|arity| Mfa { module, function, arity }))
}

fn function_exported(call: &mut Call) -> Result<Done, Leave> {
    let defined = mfa(call)?.is_some_and(|mfa| call.iso.code.defined(mfa).is_some());
    Ok(Term::boolean(defined).done())
}

fn is_builtin(call: &mut Call) -> Result<Done, Leave> {
    use crate::code::Natives;
    let native = mfa(call)?.is_some_and(|mfa| {
        let text = |atom| call.work.env.atoms.text(atom);
        call.iso.bifs.number(text(mfa.module), text(mfa.function), mfa.arity).is_some()
    });
    Ok(Term::boolean(native).done())
}

/// One of the parts of `module_info`, as a root.
fn info_part(call: &mut Call, loaded: &Loaded, item: &str) -> Result<crate::work::Root, Leave> {
    let artifact = &loaded.artifact;
    let list_of = |call: &mut Call, exported_only: bool| {
        let entries: Vec<(Atom, u8)> = artifact
            .functions
            .iter()
            .zip(&loaded.functions)
            .filter(|(entry, _)| entry.exported || !exported_only)
            .map(|(entry, name)| (*name, entry.arity))
            .collect();
        let mut room = call.reserve(5 * entries.len());
        let mut list = Term::NIL;
        for (name, arity) in entries {
            let pair = room.tuple(&[Term::atom(name), Term::size(usize::from(arity))]);
            list = room.cons(pair, list);
        }
        let list = list.keep();
        call.work.root(list)
    };
    let decoded = |call: &mut Call, bytes: &[u8]| {
        if bytes.is_empty() {
            return Ok(call.work.root(Term::NIL.keep()));
        }
        crate::external::decode(call, bytes, Decode::Any).map_err(|_| BADARG)
    };
    Ok(match item {
        "module" => call.work.root(Term::atom(loaded.name).keep()),
        "exports" => list_of(call, true),
        "functions" => list_of(call, false),
        "attributes" => decoded(call, &artifact.attributes)?,
        "compile" => decoded(call, &artifact.compile_info)?,
        "md5" => {
            let md5 = artifact.md5;
            let term = call.reserve(4).binary(&md5).keep();
            call.work.root(term)
        }
        "nifs" | "native_addresses" => call.work.root(Term::NIL.keep()),
        "native" => call.work.root(Term::boolean(false).keep()),
        _ => return Err(BADARG),
    })
}

fn current(call: &Call, index: usize) -> Result<Rc<Loaded>, Leave> {
    let module = call.arg(index).as_atom().ok_or(BADARG)?;
    call.iso.code.module(module).cloned().ok_or(BADARG)
}

fn module_info_item(call: &mut Call) -> Result<Done, Leave> {
    let loaded = current(call, 0)?;
    let item = call.arg(1).as_atom().ok_or(BADARG)?;
    let item = call.work.env.atoms.text(item).to_owned();
    let root = info_part(call, &loaded, &item)?;
    Ok(call.work.rooted(root).done())
}

fn module_info(call: &mut Call) -> Result<Done, Leave> {
    let loaded = current(call, 0)?;
    let items = ["module", "exports", "attributes", "compile", "md5"];
    let mut roots = Vec::new();
    for item in items {
        roots.push((call.intern(item), info_part(call, &loaded, item)?));
    }
    let mut room = call.reserve(5 * roots.len());
    let mut list = Term::NIL;
    for (item, root) in roots.into_iter().rev() {
        let value = room.rooted(root);
        let pair = room.tuple(&[Term::atom(item), value]);
        list = room.cons(pair, list);
    }
    Ok(list.done())
}

/// `{error, Reason}`
fn error(call: &mut Call, reason: &str) -> Result<Done, Leave> {
    let reason = call.intern(reason);
    Ok(call.reserve(3).tuple(&[Term::atom(Atom::ERROR), Term::atom(reason)]).done())
}

/// Reads, verifies, compiles and links: a reference to the prepared code, or `{error, badfile}`.
/// What the verifier refuses is told in the log, since Erlang's answer has no room for it.
fn prepare_loading(call: &mut Call) -> Result<Done, Leave> {
    let module = call.arg(0).as_atom().ok_or(BADARG)?;
    let Some(bytes) = call.arg(1).as_bits().and_then(|bits| bits.to_bytes()) else {
        return Err(BADARG);
    };
    let bytes = bytes.into_owned();
    match call.iso.prepare(&bytes) {
        Ok(loaded) if loaded.name == module => {
            call.iso.refresh_tables(call.work.context);
            Ok(call.reserve(3).magic(Box::new(Prepared { loaded })).done())
        }
        Ok(_) => error(call, "badfile"),
        Err(failed) => {
            if !matches!(failed, LoadError::Code(crate::host::CodeError::Unreadable(_))) {
                let text = format!("{}: {failed}\n", call.work.env.atoms.text(module));
                call.iso.host.log(&text);
            }
            error(call, "badfile")
        }
    }
}

fn prepared(term: Term) -> Result<Rc<Loaded>, Leave> {
    let reference = term.as_reference().ok_or(BADARG)?;
    let value = reference.magic.ok_or(BADARG)?.value.borrow();
    let prepared = value.downcast_ref::<Prepared>().ok_or(BADARG)?;
    Ok(Rc::clone(&prepared.loaded))
}

fn has_on_load(call: &mut Call) -> Result<Done, Leave> {
    let loaded = prepared(call.arg(0))?;
    Ok(Term::boolean(loaded.artifact.on_load.is_some()).done())
}

/// Makes all of the list current, or none: `ok | {not_purged | duplicated | on_load, Modules}`.
fn finish_loading(call: &mut Call) -> Result<Done, Leave> {
    let mut all = Vec::new();
    let mut list = call.arg(0).list();
    for term in list.by_ref() {
        all.push(prepared(term)?);
    }
    if !list.rest.is_nil() {
        return Err(BADARG);
    }
    let mut names: Vec<Atom> = all.iter().map(|loaded| loaded.name).collect();
    names.sort_unstable_by_key(|name| name.0);
    let twice: Vec<Atom> =
        names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    if !twice.is_empty() {
        return refused(call, "duplicated", &twice);
    }
    let not_purged: Vec<Atom> = all
        .iter()
        .map(|loaded| loaded.name)
        .filter(|name| {
            call.iso.code.module(*name).is_some() && call.iso.code.old_module(*name).is_some()
        })
        .collect();
    if !not_purged.is_empty() {
        return refused(call, "not_purged", &not_purged);
    }
    if all.len() > 1 {
        let on_load: Vec<Atom> = all
            .iter()
            .filter(|loaded| loaded.artifact.on_load.is_some())
            .map(|loaded| loaded.name)
            .collect();
        if !on_load.is_empty() {
            return refused(call, "on_load", &on_load);
        }
    }
    for loaded in all {
        if loaded.artifact.on_load.is_some() {
            let name = loaded.name;
            call.iso.code.await_on_load(loaded);
            return refused(call, "on_load", &[name]);
        }
        call.iso.code.install(&loaded);
    }
    call.iso.refresh_tables(call.work.context);
    Ok(Term::atom(Atom::OK).done())
}

/// `{What, Modules}`
fn refused(call: &mut Call, what: &str, modules: &[Atom]) -> Result<Done, Leave> {
    let what = call.intern(what);
    let mut room = call.reserve(3 + 2 * modules.len());
    let list = room.list(modules.iter().map(|module| Term::atom(*module)), Term::NIL);
    Ok(room.tuple(&[Term::atom(what), list]).done())
}

/// Runs the function that a waiting module names with `-on_load`.
fn call_on_load(call: &mut Call) -> Result<Done, Leave> {
    let module = call.arg(0).as_atom().ok_or(BADARG)?;
    let address = call.iso.code.on_load_of(module).ok_or(BADARG)?;
    call.work.context.live = 0;
    call.work.context.next = address;
    Err(Leave::Trap)
}

fn finish_after_on_load(call: &mut Call) -> Result<Done, Leave> {
    let module = call.arg(0).as_atom().ok_or(BADARG)?;
    let keep = call.arg(1).as_boolean().ok_or(BADARG)?;
    let loaded = call.iso.code.take_on_load(module).ok_or(BADARG)?;
    if keep {
        call.iso.code.install(&loaded);
        call.iso.refresh_tables(call.work.context);
    }
    Ok(Term::boolean(true).done())
}

fn delete_module(call: &mut Call) -> Result<Done, Leave> {
    let module = call.arg(0).as_atom().ok_or(BADARG)?;
    match call.iso.code.delete(module) {
        None => Ok(Term::atom(Atom::UNDEFINED).done()),
        Some(true) => Ok(Term::boolean(true).done()),
        Some(false) => Err(BADARG),
    }
}

fn check_old_code(call: &mut Call) -> Result<Done, Leave> {
    let module = call.arg(0).as_atom().ok_or(BADARG)?;
    Ok(Term::boolean(call.iso.code.old_module(module).is_some()).done())
}

/// The steps of `erts_code_purger`: `prepare`, `prepare_on_load`, `abort`, `complete`.
fn purge_module(call: &mut Call) -> Result<Done, Leave> {
    let module = call.arg(0).as_atom().ok_or(BADARG)?;
    let step = call.arg(1).as_atom().ok_or(BADARG)?;
    let done = match call.work.env.atoms.text(step) {
        "prepare" | "abort" => call.iso.code.old_module(module).is_some(),
        "prepare_on_load" => call.iso.code.on_load_of(module).is_some(),
        "complete" => call.iso.code.purge(module),
        _ => return Err(BADARG),
    };
    call.iso.refresh_tables(call.work.context);
    Ok(Term::boolean(done).done())
}

/// Does the stack of a process, or one of its funs, lead into the old version of a module?
fn uses_old(call: &Call, pid: Pid, module: Atom) -> bool {
    let Some(old) = call.iso.code.old_module(module) else { return false };
    let process = match call.iso.processes.get(pid) {
        Some(process) => process,
        None if pid == call.work.pid() => &*call.work.proc,
        None => return false,
    };
    let leads_there = |address: u64| {
        call.iso.code.loaded_at(address).is_some_and(|loaded| Rc::ptr_eq(loaded, old))
    };
    leads_there(process.next) || process.heap.stack().iter().any(|word| leads_there(*word))
}

fn check_own_code(call: &mut Call) -> Result<Done, Leave> {
    let module = call.arg(0).as_atom().ok_or(BADARG)?;
    Ok(Term::boolean(uses_old(call, call.work.pid(), module)).done())
}

/// `request_system_task([Requester,] Pid, Priority, {Task, Id, Argument})`: done at once, the answer
/// `{Task, Id, Result}` is a message to the requester. An atom comes back if it cannot be.
fn system_task(call: &mut Call, pid_at: usize, task_at: usize) -> Result<Done, Leave> {
    let requester =
        if pid_at == 0 { call.work.pid() } else { call.arg(0).as_pid().ok_or(BADARG)? };
    let pid = call.arg(pid_at).as_pid().ok_or(BADARG)?;
    let Some([task, _, ..]) = call.arg(task_at).as_tuple() else { return Err(BADARG) };
    let task = task.as_atom().ok_or(BADARG)?;
    let argument = call.arg(task_at).as_tuple().and_then(|parts| parts.get(2)).copied();
    let alive = super::process::is_alive(call, pid);
    let result = match (call.work.env.atoms.text(task), argument.map(Term::view)) {
        ("check_process_code", Some(View::Atom(module))) => {
            if alive {
                Term::boolean(uses_old(call, pid, module))
            } else {
                Term::boolean(false)
            }
        }
        ("garbage_collect", _) => {
            if alive {
                super::memory::collect(call, pid);
            }
            Term::boolean(alive)
        }
        _ => return Err(BADARG),
    };
    let mut room = call.reserve(4);
    let Some([_, id, ..]) = room.arg(task_at).as_tuple() else { unreachable!("just seen") };
    let message = room.tuple(&[Term::atom(task), *id, result]).keep();
    let root = call.work.root(message);
    if requester == call.work.pid() {
        let word = call.work.rooted(root).word();
        call.work.proc.mailbox.push(crate::mailbox::Message { word, fragment: None });
    } else {
        call.iso.deliver_copy(requester, call.work.rooted(root));
    }
    Ok(Term::atom(Atom::OK).done())
}

fn file_bytes(call: &Call) -> Result<Vec<u8>, Leave> {
    let bits = call.arg(0).as_bits().ok_or(BADARG)?;
    Ok(bits.to_bytes().ok_or(BADARG)?.into_owned())
}

fn file_md5(call: &mut Call) -> Result<Done, Leave> {
    let bytes = file_bytes(call)?;
    match beamlet_code::read::md5(&bytes) {
        Ok(md5) => Ok(call.reserve(4).binary(&md5).done()),
        Err(_) => Ok(Term::atom(Atom::UNDEFINED).done()),
    }
}

/// `beamfile_chunk(Binary, ChunkId)`: the chunk's bytes, or `undefined`.
fn file_chunk(call: &mut Call) -> Result<Done, Leave> {
    let bytes = file_bytes(call)?;
    let id: Vec<u8> = call
        .arg(1)
        .list()
        .map(|byte| byte.as_small().and_then(|byte| u8::try_from(byte).ok()))
        .collect::<Option<_>>()
        .ok_or(BADARG)?;
    match chunk(&bytes, &id) {
        Some(chunk) => {
            let chunk = chunk.to_vec();
            Ok(call.reserve(crate::work::binary_words(chunk.len())).binary_from(chunk).done())
        }
        None => Ok(Term::atom(Atom::UNDEFINED).done()),
    }
}

fn chunk<'b>(bytes: &'b [u8], id: &[u8]) -> Option<&'b [u8]> {
    let mut rest = bytes.strip_prefix(b"FOR1")?.get(4..)?.strip_prefix(b"BEAM")?;
    loop {
        let (name, after) = rest.split_at_checked(4)?;
        let (size, after) = after.split_at_checked(4)?;
        let size = u32::from_be_bytes(size.try_into().ok()?) as usize;
        let body = after.get(..size)?;
        if name == id {
            return Some(body);
        }
        rest = after.get(size.next_multiple_of(4)..)?;
    }
}

/// Libraries of machine code are never loaded: what OTP's own ones do is native here. For those the
/// answer is `ok`, for any other `{error, {load_failed, Text}}`.
fn load_nif(call: &mut Call) -> Result<Done, Leave> {
    let path = super::bytes::collected(call, call.arg(0)).ok_or(BADARG)?;
    let path = String::from_utf8_lossy(&path).into_owned();
    let name = path.rsplit('/').next().unwrap_or_default();
    if matches!(name, "crypto" | "zlib" | "prim_buffer" | "prim_file" | "erl_tracer") {
        return Ok(Term::atom(Atom::OK).done());
    }
    let text =
        format!("{path}: Beamlet loads no machine code of others (docs/differences-from-otp.md)");
    let failed = call.intern("load_failed");
    let mut room = call.reserve(6 + 2 * text.chars().count());
    let text = room.string(&text);
    let reason = room.tuple(&[Term::atom(failed), text]);
    Ok(room.tuple(&[Term::atom(Atom::ERROR), reason]).done())
}
