//! Building binaries: `bs_create_bin`, and appending in place.
//!
//! The segments stand in `Context::args`, three words each: how (a packed small), value, size.
#![allow(unsafe_code)] // Called from compiled code; appends to shared storage.

use beamlet_code::abi::{self, segment};

use crate::atoms::Atom;
use crate::bits::Writer;
use crate::call::{Call, Leave, SYSTEM_LIMIT};
use crate::context::Context;
use crate::exception;
use crate::integer::{self, ByteOrder};
use crate::process::{Class, Pending};
use crate::term::{Term, View};
use crate::work::{Args, Done, bitstring_words};

use super::guard;

/// Bits of a binary, at most: those that a size in bits, a small, can name.
const BINARY_BITS_MAX: usize = 1 << 45;
/// Bytes that an appended-to binary has at least (OTP: 256).
const WRITABLE_BYTES_MIN: usize = 256;

/// `bs_init_writable`: X0 is a size in bits that the binary to come may have.
pub(super) unsafe extern "C" fn init_writable(context: *mut Context) -> u64 {
    // SAFETY: compiled code calls with its registers stored.
    unsafe {
        guard(context, Args::X, |call| {
            call.work.context.live = 1;
            let bits = call.arg(0).as_size().unwrap_or(0).min(BINARY_BITS_MAX);
            let bytes = bits.div_ceil(8).clamp(WRITABLE_BYTES_MIN, 1 << 20);
            call.work.reserve(3).shared_binary(vec![0; bytes], 0).word()
        })
    }
}

pub(super) unsafe extern "C" fn create(
    context: *mut Context,
    segments: u64,
    live: u64,
    need: u64,
) -> u64 {
    // SAFETY: as in `init_writable`; the segments are in `args`.
    unsafe {
        guard(context, Args::Operands, |call| {
            call.work.context.live = live;
            match build(call, segments as usize, need as usize) {
                Ok(done) => done.0,
                Err(fault) => {
                    fault.prepare(call);
                    abi::NO_VALUE
                }
            }
        })
    }
}

/// A segment that cannot be built, as `erl_erts_errors:format_bs_fail` tells it.
struct Fault {
    reason: Atom,
    segment: usize,
    kind: &'static str,
    what: &'static str,
    /// Place of the value that is wrong, among the operands.
    operand: usize,
}

/// One segment, measured.
struct Segment {
    how: u64,
    /// Place of its value among the operands.
    value: usize,
    bits: usize,
}

fn kind_name(kind: u64) -> &'static str {
    match kind {
        segment::CREATE_INTEGER => "integer",
        segment::CREATE_FLOAT => "float",
        segment::CREATE_UTF8 => "utf8",
        segment::CREATE_UTF16 => "utf16",
        segment::CREATE_UTF32 => "utf32",
        _ => "binary",
    }
}

fn kind_of(how: u64) -> u64 {
    how >> segment::CREATE_SHIFT & 0xf
}

fn build(call: &mut Call, count: usize, need: usize) -> Result<Done, Fault> {
    let mut segments = Vec::with_capacity(count);
    let mut total = 0_usize;
    for index in 0..count {
        let segment = measure(call, index)?;
        total = total.saturating_add(segment.bits);
        segments.push(segment);
    }
    if total > BINARY_BITS_MAX {
        return Err(Fault {
            reason: Atom::SYSTEM_LIMIT,
            segment: 0,
            kind: "binary",
            what: "size",
            operand: 2,
        });
    }
    let appends = segments.first().is_some_and(|first| {
        matches!(kind_of(first.how), segment::CREATE_APPEND | segment::CREATE_PRIVATE_APPEND)
    });
    if appends {
        return Ok(append(call, &segments, total, need));
    }
    let mut small = [0_u8; 64];
    if total <= small.len() * 8 {
        write(call, &segments, &mut Writer::new(&mut small, 0));
        let bytes = total.div_ceil(8);
        let mut room = call.work.reserve(bitstring_words(total) + need);
        let binary = room.binary(&small[..bytes]);
        if total.is_multiple_of(8) {
            return Ok(binary.done());
        }
        return Ok(room.sub_binary(binary, 0, total).done());
    }
    call.work.env.account.add_bytes(total / 8);
    call.work.env.account.remove_bytes(total / 8);
    let mut bytes = vec![0; total.div_ceil(8)];
    write(call, &segments, &mut Writer::new(&mut bytes, 0));
    let mut room = call.work.reserve(bitstring_words(total) + need);
    Ok(room.bitstring(bytes, total).done())
}

/// The size of a segment, its value checked.
fn measure(call: &Call, index: usize) -> Result<Segment, Fault> {
    let (how_at, value_at, size_at) = (3 * index, 3 * index + 1, 3 * index + 2);
    let how = call.arg(how_at).as_small().expect("the compiler packs a small") as u64;
    let kind = kind_of(how);
    let fault = |reason, what, operand| Fault {
        reason,
        segment: (how >> segment::NUMBER_SHIFT) as usize,
        kind: kind_name(kind),
        what,
        operand,
    };
    let bad = |what, operand| fault(Atom::BADARG, what, operand);
    let value = call.arg(value_at);
    let unit = (how >> segment::UNIT_SHIFT & 0xffff) as usize;
    let sized = || match call.arg(size_at).view() {
        View::Small(size) if size >= 0 => (size as usize)
            .checked_mul(unit.max(1))
            .ok_or_else(|| fault(Atom::SYSTEM_LIMIT, "size", size_at)),
        View::Big(big) if !big.negative => Err(fault(Atom::SYSTEM_LIMIT, "size", size_at)),
        _ => Err(bad("size", size_at)),
    };
    let bits = match kind {
        segment::CREATE_INTEGER => {
            if !value.is_integer() {
                return Err(bad("type", value_at));
            }
            sized()?
        }
        segment::CREATE_FLOAT => {
            if !value.is_number() {
                return Err(bad("type", value_at));
            }
            let bits = sized()?;
            if !matches!(bits, 16 | 32 | 64) {
                return Err(bad("invalid", size_at));
            }
            // What is beyond a short float's range becomes infinity, as on OTP 25.
            crate::bif::number_to_float(value).ok_or_else(|| bad("no_float", value_at))?;
            bits
        }
        segment::CREATE_UTF8 | segment::CREATE_UTF16 | segment::CREATE_UTF32 => {
            let point = value.as_size().and_then(|point| u32::try_from(point).ok());
            let Some(point) = point.and_then(char::from_u32) else {
                return Err(bad("type", value_at));
            };
            match kind {
                segment::CREATE_UTF8 => point.len_utf8() * 8,
                segment::CREATE_UTF16 => point.len_utf16() * 16,
                _ => 32,
            }
        }
        _ => {
            let Some(given) = value.as_bits() else { return Err(bad("type", value_at)) };
            if kind == segment::CREATE_BYTES {
                given.size
            } else if how & segment::ALL != 0 {
                if unit > 1 && !given.size.is_multiple_of(unit) {
                    return Err(bad("unit", value_at));
                }
                given.size
            } else {
                let bits = sized()?;
                if bits > given.size {
                    return Err(bad("short", value_at));
                }
                bits
            }
        }
    };
    Ok(Segment { how, value: value_at, bits })
}

fn write(call: &Call, segments: &[Segment], writer: &mut Writer) {
    for segment in segments {
        let value = call.arg(segment.value);
        let order = super::byte_order(segment.how);
        match kind_of(segment.how) {
            segment::CREATE_INTEGER => write_integer(value, segment.bits, order, writer),
            segment::CREATE_FLOAT => {
                let number = crate::bif::number_to_float(value).expect("it was measured");
                let bits = match segment.bits {
                    16 => u64::from(half::f16::from_f64(number).to_bits()),
                    32 => u64::from((number as f32).to_bits()),
                    _ => number.to_bits(),
                };
                let bits = match order {
                    ByteOrder::Big => bits,
                    ByteOrder::Little => bits.swap_bytes() >> (64 - segment.bits),
                };
                writer.put(bits, segment.bits);
            }
            segment::CREATE_UTF8 => {
                let mut buffer = [0; 4];
                writer.put_bytes(point(value).encode_utf8(&mut buffer).as_bytes());
            }
            segment::CREATE_UTF16 => {
                let mut buffer = [0; 2];
                for unit in point(value).encode_utf16(&mut buffer) {
                    let unit = if order == ByteOrder::Little { unit.swap_bytes() } else { *unit };
                    writer.put(u64::from(unit), 16);
                }
            }
            segment::CREATE_UTF32 => {
                let point = point(value) as u32;
                let point = if order == ByteOrder::Little { point.swap_bytes() } else { point };
                writer.put(u64::from(point), 32);
            }
            _ => {
                let bits = value.as_bits().expect("it was measured");
                writer.put_bits(bits.bytes, bits.offset, segment.bits);
            }
        }
    }
}

fn point(value: Term) -> char {
    let point = value.as_size().and_then(|point| u32::try_from(point).ok());
    point.and_then(char::from_u32).expect("it was measured")
}

fn write_integer(value: Term, bits: usize, order: ByteOrder, writer: &mut Writer) {
    if let (Some(value), ByteOrder::Big, 0..=64) = (value.as_small(), order, bits) {
        writer.put(value as u64, bits);
        return;
    }
    let mut cell = 0;
    let value = crate::bif::int(value, &mut cell).expect("it was measured");
    let mut aside = vec![0; bits.div_ceil(8)];
    integer::to_segment(&mut aside, order, bits, value);
    writer.put_bits(&aside, 0, bits);
}

/// The first segment is a binary that the others are appended to.
fn append(call: &mut Call, segments: &[Segment], total: usize, need: usize) -> Done {
    let (first, rest) = segments.split_first().expect("there is one to append to");
    let added = total - first.bits;
    // Written aside: parts of what is appended may lie in the storage that is appended to.
    let mut aside = vec![0; added.div_ceil(8)];
    write(call, rest, &mut Writer::new(&mut aside, 0));
    let base = call.arg(first.value);
    let shown = base.as_bits().expect("it was measured");
    let begin = shown.offset;
    let in_place = base.shared_bytes().is_some_and(|bytes| {
        // Only from the start of the storage, so that a binary is all that there is of it.
        begin == 0 && bytes.used() == first.bits
    });
    if in_place {
        let bytes = base.shared_bytes().expect("just seen");
        // SAFETY: no slice of the storage is used until it is written; only bits from `used` on are.
        if let Some(storage) = unsafe { bytes.append_room(added, &call.work.env.account) } {
            Writer::new(storage, first.bits).put_bits(&aside, 0, added);
            let mut room = call.work.reserve(3 + 4 + need);
            let base = room.arg(first.value);
            return finish(&mut room, base, total);
        }
    }
    let mut storage = vec![0; (total.div_ceil(8) * 2).max(WRITABLE_BYTES_MIN)];
    let mut writer = Writer::new(&mut storage, 0);
    let shown = call.arg(first.value).as_bits().expect("it was measured");
    writer.put_bits(shown.bytes, shown.offset, first.bits);
    writer.put_bits(&aside, 0, added);
    let mut room = call.work.reserve(3 + 3 + 4 + need);
    let base = room.shared_binary(storage, total.div_ceil(8));
    if let Some(bytes) = base.shared_bytes() {
        bytes.set_used(total);
    }
    finish(&mut room, base, total)
}

/// The binary of the first `total` bits of the storage behind `base`.
fn finish<'r>(room: &mut crate::work::Room<'r>, base: Term<'r>, total: usize) -> Done {
    let whole = room.share(base, total.div_ceil(8)).expect("it has shared storage");
    if total.is_multiple_of(8) { whole.done() } else { room.sub_binary(whole, 0, total).done() }
}

impl Fault {
    /// `badarg` with the error info that OTP gives.
    fn prepare(&self, call: &mut Call) {
        if self.reason == Atom::SYSTEM_LIMIT {
            exception::prepare(call, &SYSTEM_LIMIT, None);
        } else {
            exception::prepare(call, &Leave::Error(Atom::BADARG), None);
        }
        let kind = call.intern(self.kind);
        let what = call.intern(self.what);
        let function = call.intern("format_bs_fail");
        let function_key = call.intern("function");
        let mut room = call.work.reserve(5 + 4 + 6);
        let value = room.arg(self.operand);
        let cause =
            room.tuple(&[Term::size(self.segment), Term::atom(kind), Term::atom(what), value]);
        let keys = room.tuple(&[
            Term::atom(Atom::CAUSE),
            Term::atom(function_key),
            Term::atom(Atom::MODULE),
        ]);
        let values = [cause, Term::atom(function), Term::atom(Atom::ERL_ERTS_ERRORS)];
        let info = crate::map::flat(&mut room, keys, &values).word();
        let pending = call.work.proc.pending.take();
        call.work.proc.pending =
            pending.map(|pending| Pending { info, class: Class::Error, ..pending });
    }
}
