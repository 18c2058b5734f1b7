//! Time and timers. Monotonic time is the host's, its zero when the isolate began.

use crate::atoms::Atom;
use crate::call::{BADARG, Call, Leave};
use crate::env::Limit;
use crate::heap::Fragment;
use crate::term::{Term, View};
use crate::timers::{Action, Destination, Timer};
use crate::work::{Done, INTEGER_WORDS_64};

use super::{Row, row};

pub const ROWS: &[Row] = &[
    row("erlang", "monotonic_time", 0, |call| {
        let ns = monotonic(call)?;
        signed(call, ns)
    }),
    row("erlang", "monotonic_time", 1, |call| {
        let ns = monotonic(call)?;
        in_unit(call, ns, 0)
    }),
    row("erlang", "system_time", 0, |call| {
        let ns = call.iso.host.system_ns();
        signed(call, ns)
    }),
    row("erlang", "system_time", 1, |call| {
        let ns = call.iso.host.system_ns();
        in_unit(call, ns, 0)
    }),
    row("os", "system_time", 0, |call| {
        let ns = call.iso.host.system_ns();
        signed(call, ns)
    }),
    row("os", "system_time", 1, |call| {
        let ns = call.iso.host.system_ns();
        in_unit(call, ns, 0)
    }),
    row("os", "perf_counter", 0, |call| {
        let ns = monotonic(call)?;
        signed(call, ns)
    }),
    row("erlang", "time_offset", 0, |call| {
        let ns = offset(call)?;
        signed(call, ns)
    }),
    row("erlang", "time_offset", 1, |call| {
        let ns = offset(call)?;
        in_unit(call, ns, 0)
    }),
    row("erts_internal", "time_unit", 0, |_| Ok(Term::size(1_000_000_000).done())),
    row("erts_internal", "perf_counter_unit", 0, |_| Ok(Term::size(1_000_000_000).done())),
    row("erlang", "timestamp", 0, timestamp),
    row("os", "timestamp", 0, timestamp),
    row("erlang", "now", 0, now),
    row("erlang", "date", 0, |call| date(call, Part::Date)),
    row("erlang", "time", 0, |call| date(call, Part::Time)),
    row("erlang", "localtime", 0, |call| date(call, Part::Local)),
    row("erlang", "universaltime", 0, |call| date(call, Part::Universal)),
    row("erlang", "universaltime_to_localtime", 1, |call| convert(call, Direction::ToLocal)),
    row("erlang", "localtime_to_universaltime", 2, |call| convert(call, Direction::ToUniversal)),
    row("erlang", "universaltime_to_posixtime", 1, to_posix),
    row("erlang", "posixtime_to_universaltime", 1, from_posix),
    row("erlang", "unique_integer", 0, |call| unique(call, Least::Below)),
    row("erlang", "unique_integer", 1, unique_with),
    row("erlang", "send_after", 3, |call| start(call, Message::Plain)),
    row("erlang", "send_after", 4, |call| start(call, Message::Plain)),
    row("erlang", "start_timer", 3, |call| start(call, Message::Timeout)),
    row("erlang", "start_timer", 4, |call| start(call, Message::Timeout)),
    row("erlang", "cancel_timer", 1, |call| cancel(call, After::Cancel)),
    row("erlang", "cancel_timer", 2, |call| cancel(call, After::Cancel)),
    row("erlang", "read_timer", 1, |call| cancel(call, After::Read)),
    row("erlang", "read_timer", 2, |call| cancel(call, After::Read)),
];

/// Timeouts, at most, in milliseconds (OTP: 2^32 - 1 for receive; timers take more).
const TIMER_MS_MAX: i64 = (1 << 53) / 1_000_000;
const NS_PER_MS: u64 = 1_000_000;

fn signed(call: &mut Call, value: i64) -> Result<Done, Leave> {
    Ok(call.reserve(INTEGER_WORDS_64).signed(value).done())
}

/// Nanoseconds since the isolate began, below zero at first as OTP's are: a program that counts on
/// the sign finds out.
fn monotonic(call: &mut Call) -> Result<i64, Leave> {
    let now = call.iso.host.monotonic_ns();
    Ok(now.wrapping_sub(call.iso.started_ns) as i64 + START_NS)
}

/// OTP's monotonic time begins far below zero; ours does at the same order of magnitude.
const START_NS: i64 = -576_460_752_303_423_488;

fn offset(call: &mut Call) -> Result<i64, Leave> {
    let system = call.iso.host.system_ns();
    Ok(system - monotonic(call)?)
}

/// A time in the unit that argument `index` names.
fn in_unit(call: &mut Call, ns: i64, index: usize) -> Result<Done, Leave> {
    let per_second: i128 = match call.arg(index).view() {
        View::Small(parts) if parts > 0 => i128::from(parts),
        View::Atom(unit) => match call.work.env.atoms.text(unit) {
            "second" | "seconds" => 1,
            "millisecond" | "milli_seconds" => 1_000,
            "microsecond" | "micro_seconds" => 1_000_000,
            "nanosecond" | "nano_seconds" | "native" | "perf_counter" => 1_000_000_000,
            _ => return Err(BADARG),
        },
        _ => return Err(BADARG),
    };
    let value = (i128::from(ns) * per_second).div_euclid(1_000_000_000);
    let value = i64::try_from(value).map_err(|_| BADARG)?;
    signed(call, value)
}

fn triple(call: &mut Call, us: i64) -> Result<Done, Leave> {
    let (mega, seconds, micro) =
        (us / 1_000_000_000_000, us / 1_000_000 % 1_000_000, us % 1_000_000);
    let parts = [mega, seconds, micro].map(|part| Term::size(part as usize));
    Ok(call.reserve(4).tuple(&parts).done())
}

fn timestamp(call: &mut Call) -> Result<Done, Leave> {
    let us = call.iso.host.system_ns() / 1_000;
    triple(call, us)
}

/// `now/0` goes up with each call.
#[derive(Default)]
struct Now(i64);

fn now(call: &mut Call) -> Result<Done, Leave> {
    let us = call.iso.host.system_ns() / 1_000;
    let last = call.iso.extensions.get::<Now>();
    last.0 = us.max(last.0 + 1);
    let us = last.0;
    triple(call, us)
}

enum Part {
    Date,
    Time,
    Local,
    Universal,
}

/// Year, month, day, hour, minute, second of a time in seconds since 1970.
fn civil(seconds: i64) -> [i64; 6] {
    let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    // Days since 0000-03-01, in eras of 400 years: the leap day is the last of a year.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    [year, month, day, second / 3_600, second / 60 % 60, second % 60]
}

/// The reverse; `None` for a date that there is not.
fn seconds(parts: [i64; 6]) -> Option<i64> {
    let [year, month, day, hour, minute, second] = parts;
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let last = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + i64::from(leap),
        _ => return None,
    };
    let in_range = (1..=last).contains(&day)
        && (0..24).contains(&hour)
        && (0..60).contains(&minute)
        && (0..60).contains(&second)
        && (0..1 << 30).contains(&year);
    if !in_range {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month_from_march = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

fn date(call: &mut Call, part: Part) -> Result<Done, Leave> {
    let utc = call.iso.host.system_ns() / 1_000_000_000;
    let local = utc + i64::from(call.iso.host.utc_offset_s(utc));
    match part {
        Part::Date => {
            let parts = civil(local).map(|part| Term::size(part as usize));
            Ok(call.reserve(4).tuple(&parts[..3]).done())
        }
        Part::Time => {
            let parts = civil(local).map(|part| Term::size(part as usize));
            Ok(call.reserve(4).tuple(&parts[3..]).done())
        }
        Part::Local => date_time(call, local),
        Part::Universal => date_time(call, utc),
    }
}

/// `{{Year, Month, Day}, {Hour, Minute, Second}}`
fn date_time(call: &mut Call, seconds: i64) -> Result<Done, Leave> {
    let parts = civil(seconds).map(|part| Term::small(part).unwrap_or(Term::NIL));
    let mut room = call.reserve(11);
    let date = room.tuple(&parts[..3]);
    let time = room.tuple(&parts[3..]);
    Ok(room.tuple(&[date, time]).done())
}

fn date_time_arg(call: &Call, index: usize) -> Option<i64> {
    let [date, time] = call.arg(index).as_tuple()? else { return None };
    let (&[year, month, day], &[hour, minute, second]) = (date.as_tuple()?, time.as_tuple()?)
    else {
        return None;
    };
    let mut parts = [0; 6];
    for (part, term) in parts.iter_mut().zip([year, month, day, hour, minute, second]) {
        *part = term.as_small()?;
    }
    seconds(parts)
}

enum Direction {
    ToLocal,
    ToUniversal,
}

fn convert(call: &mut Call, direction: Direction) -> Result<Done, Leave> {
    let seconds = date_time_arg(call, 0).ok_or(BADARG)?;
    let converted = match direction {
        Direction::ToLocal => seconds + i64::from(call.iso.host.utc_offset_s(seconds)),
        Direction::ToUniversal => {
            let guess = seconds - i64::from(call.iso.host.utc_offset_s(seconds));
            seconds - i64::from(call.iso.host.utc_offset_s(guess))
        }
    };
    date_time(call, converted)
}

fn to_posix(call: &mut Call) -> Result<Done, Leave> {
    let seconds = date_time_arg(call, 0).ok_or(BADARG)?;
    signed(call, seconds)
}

fn from_posix(call: &mut Call) -> Result<Done, Leave> {
    let seconds = call.arg(0).as_small().filter(|s| s.abs() < 1 << 50).ok_or(BADARG)?;
    date_time(call, seconds)
}

/// Integers that are unique within the isolate; also ascending if `monotonic` is asked for.
#[derive(Default)]
struct Unique(i64);

/// Where unique integers begin.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Least {
    /// Far below zero, as OTP's do.
    Below,
    One,
}

fn unique(call: &mut Call, least: Least) -> Result<Done, Leave> {
    let next = call.iso.extensions.get::<Unique>();
    next.0 += 1;
    let value = if least == Least::One { next.0 } else { next.0 - (1 << 58) };
    signed(call, value)
}

fn unique_with(call: &mut Call) -> Result<Done, Leave> {
    let mut least = Least::Below;
    let mut list = call.arg(0).list();
    for option in list.by_ref() {
        match call.work.env.atoms.text(option.as_atom().ok_or(BADARG)?) {
            "positive" => least = Least::One,
            "monotonic" => {}
            _ => return Err(BADARG),
        }
    }
    if !list.rest.is_nil() {
        return Err(BADARG);
    }
    unique(call, least)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Message {
    Plain,
    /// `{timeout, Reference, Message}`
    Timeout,
}

/// Is the time of options `[{abs, true}]` absolute?
fn is_absolute(call: &Call, options: Term) -> Result<bool, Leave> {
    let mut absolute = false;
    let mut list = options.list();
    for option in list.by_ref() {
        let Some([key, value]) = option.as_tuple() else { return Err(BADARG) };
        let key = key.as_atom().ok_or(BADARG)?;
        match call.work.env.atoms.text(key) {
            "abs" => absolute = value.as_boolean().ok_or(BADARG)?,
            _ => return Err(BADARG),
        }
    }
    if list.rest.is_nil() { Ok(absolute) } else { Err(BADARG) }
}

/// `start_timer(Time, Dest, Message [, Options])` and `send_after`.
fn start(call: &mut Call, kind: Message) -> Result<Done, Leave> {
    let has_options = call.work.context.live == 4;
    let absolute = has_options && is_absolute(call, call.arg(3))?;
    let time = call.arg(0).as_small().ok_or(BADARG)?;
    let to = match call.arg(1).view() {
        View::Pid(pid) => Destination::Pid(pid),
        View::Atom(name) => Destination::Name(name),
        _ => return Err(BADARG),
    };
    let now = call.iso.host.monotonic_ns();
    let due_ns = if absolute {
        let begin_ms = START_NS.div_euclid(NS_PER_MS as i64);
        let since = time.checked_sub(begin_ms).ok_or(BADARG)?.max(0) as u64;
        call.iso.started_ns.saturating_add(since.saturating_mul(NS_PER_MS))
    } else {
        if !(0..=TIMER_MS_MAX).contains(&time) {
            return Err(BADARG);
        }
        now + time as u64 * NS_PER_MS
    };
    if call.iso.timers.len() >= call.work.env.limits.timers {
        call.work.env.abandon(Limit::Timers);
    }
    let number = call.work.env.next_reference();
    let env = call.work.env;
    let message = match kind {
        Message::Plain => Fragment::new(call.arg(2), env),
        Message::Timeout => {
            let tag = call.intern("timeout");
            let mut room = call.work.reserve(3 + 4);
            let reference = room.reference(number);
            let message = room.arg(2);
            Fragment::new(room.tuple(&[Term::atom(tag), reference, message]), env)
        }
    };
    call.iso.timers.start(number, Timer { due_ns, action: Action::Send { to, message } });
    Ok(call.reserve(3).reference(number).done())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    Cancel,
    Read,
}

/// The milliseconds that are left, or `false` if there is no such timer.
fn cancel(call: &mut Call, after: After) -> Result<Done, Leave> {
    let number = call.arg(0).as_reference().ok_or(BADARG)?.number;
    let (mut asynchronous, mut info) = (false, true);
    if call.work.context.live == 2 {
        let mut list = call.arg(1).list();
        for option in list.by_ref() {
            let Some([key, value]) = option.as_tuple() else { return Err(BADARG) };
            let value = value.as_boolean().ok_or(BADARG)?;
            match call.work.env.atoms.text(key.as_atom().ok_or(BADARG)?) {
                "async" => asynchronous = value,
                "info" if after == After::Cancel => info = value,
                _ => return Err(BADARG),
            }
        }
        if !list.rest.is_nil() {
            return Err(BADARG);
        }
    }
    let now = call.iso.host.monotonic_ns();
    // A timer whose receiver has ended is none any more.
    let running = call.work.pid();
    let is_message = |timer: &Timer| match &timer.action {
        Action::Send { to: Destination::Pid(pid), .. } => {
            *pid == running || call.iso.processes.contains(*pid)
        }
        Action::Send { .. } => true,
        Action::Receive(_) => false,
    };
    let found =
        call.iso.timers.get(number).filter(|timer| is_message(timer)).map(|timer| timer.due_ns);
    if after == After::Cancel
        && found.is_some()
        && let Some(Timer { action: Action::Send { message, .. }, .. }) =
            call.iso.timers.cancel(number)
    {
        message.free(&call.work.env.account);
    }
    let left = found.map(|due_ns| due_ns.saturating_sub(now).div_ceil(NS_PER_MS) as usize);
    let left = left.map_or(Term::boolean(false), Term::size);
    if asynchronous {
        if info {
            let tag =
                call.intern(if after == After::Cancel { "cancel_timer" } else { "read_timer" });
            let mut room = call.reserve(4);
            let reference = room.arg(0);
            let message = room.tuple(&[Term::atom(tag), reference, left]).word();
            call.work.proc.mailbox.push(crate::mailbox::Message { word: message, fragment: None });
        }
        return Ok(Term::atom(Atom::OK).done());
    }
    Ok(if info { left } else { Term::atom(Atom::OK) }.done())
}
