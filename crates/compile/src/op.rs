//! Instructions by family: each file makes machine code of its own.

use beamlet_code::inst::Inst;

use crate::entry::Entry;

mod arith;
mod binary;
mod bits;
mod build;
mod call;
mod compare;
mod exception;
mod float;
mod frame;
mod guard;
mod map;
mod receive;
mod select;
mod test;
mod tuple;

pub use call::go_export;

/// Emits an instruction. The error says what the verifier should have refused.
pub fn emit(entry: &mut Entry, inst: &Inst) -> Result<(), String> {
    use Inst::*;
    match inst {
        Label(_) | Line(_) | NifStart | OnLoad => Ok(()),
        FuncInfo => exception::function_clause(entry),

        Call { arity, label } => call::call(entry, *arity, *label),
        CallLast { arity, label, dealloc } => call::call_last(entry, *arity, *label, *dealloc),
        CallOnly { arity, label } => call::call_last(entry, *arity, *label, 0),
        CallExt { arity, import } => call::call_ext(entry, *arity, *import),
        CallExtLast { arity, import, dealloc } => {
            call::call_ext_last(entry, *arity, *import, *dealloc)
        }
        CallExtOnly { arity, import } => call::call_ext_last(entry, *arity, *import, 0),
        CallFun { arity } => {
            let fun = beamlet_code::inst::Source::X(u16::from(*arity));
            call::call_fun(entry, *arity, fun)
        }
        CallFun2 { arity, fun } => call::call_fun(entry, *arity, *fun),
        Apply { arity } => call::apply(entry, *arity),
        ApplyLast { arity, dealloc } => call::apply_last(entry, *arity, *dealloc),
        Return => {
            entry.e.return_();
            Ok(())
        }

        Bif { import, args, dst, fail, live } => {
            guard::bif(entry, *import, args, *dst, *fail, *live)
        }

        Allocate { slots, need, live } => frame::allocate(entry, *slots, *need, *live),
        TestHeap { need, live } => frame::test_heap(entry, *need, *live),
        InitYregs(all) => frame::init(entry, all),
        Deallocate { slots } | Trim { slots, .. } => frame::deallocate(entry, *slots),

        Send => receive::send(entry),
        RemoveMessage => receive::remove_message(entry),
        Timeout => receive::timeout(entry),
        LoopRec { fail, dst } => receive::loop_rec(entry, *fail, *dst),
        LoopRecEnd { label } => receive::loop_rec_end(entry, *label),
        Wait { label } => receive::wait(entry, *label),
        WaitTimeout { label, time } => receive::wait_timeout(entry, *label, *time),
        RecvMarker { op, marker, reference } => receive::marker(entry, *op, *marker, *reference),

        Test { test, fail, args } => test::test(entry, *test, *fail, args),
        TestArity { fail, tuple, arity } => tuple::test_arity(entry, *fail, *tuple, *arity),
        IsTaggedTuple { fail, tuple, arity, tag } => {
            tuple::is_tagged(entry, *fail, *tuple, *arity, *tag)
        }
        SelectVal { value, fail, cases } => select::value(entry, *value, *fail, cases),
        SelectTupleArity { tuple, fail, cases } => select::arity(entry, *tuple, *fail, cases),
        Jump(label) => {
            let to = entry.label(*label);
            entry.e.jump(to);
            entry.e.ended = true;
            Ok(())
        }

        Catch { y, label } | Try { y, label } => exception::try_(entry, *y, *label),
        CatchEnd { y } => exception::catch_end(entry, *y),
        TryEnd { y } => exception::try_end(entry, *y),
        TryCase { y } => exception::try_case(entry, *y),
        TryCaseEnd(_) | Badmatch(_) | CaseEnd(_) | IfEnd | Badrecord(_) => {
            exception::raise(entry, inst)
        }
        Raise { trace, value } => exception::reraise(entry, *trace, *value),
        RawRaise => exception::raw_raise(entry),
        BuildStacktrace => exception::build_stacktrace(entry),

        Move { src, dst } => {
            let value = entry.value(*src);
            entry.set(*dst, value);
            Ok(())
        }
        Swap { a, b } => {
            let (first, second) = (entry.value((*a).into()), entry.value((*b).into()));
            entry.set(*a, second);
            entry.set(*b, first);
            Ok(())
        }
        GetList { src, head, tail } => build::get_list(entry, *src, Some(*head), Some(*tail)),
        GetHd { src, dst } => build::get_list(entry, *src, Some(*dst), None),
        GetTl { src, dst } => build::get_list(entry, *src, None, Some(*dst)),
        GetTupleElement { src, index, dst } => tuple::get(entry, *src, *index, *dst),
        SetTupleElement { value, tuple, index } => tuple::set(entry, *value, *tuple, *index),
        PutList { head, tail, dst } => build::list(entry, *head, *tail, *dst),
        PutTuple { dst, elements } => build::tuple(entry, elements, *dst),
        UpdateRecord { size, src, dst, updates } => {
            tuple::update(entry, *size, *src, *dst, updates)
        }
        MakeFun { lambda, dst, free } => build::fun(entry, *lambda, free, *dst),
        PutMap { kind, fail, src, dst, live, pairs } => {
            map::put(entry, *kind, *fail, *src, *dst, *live, pairs)
        }
        HasMapFields { fail, src, keys } => map::has(entry, *fail, *src, keys),
        GetMapElements { fail, src, pairs } => map::get(entry, *fail, *src, pairs),

        FmoveIn { src, dst } => float::load(entry, *src, *dst),
        FmoveOut { src, dst } => float::store(entry, *src, *dst),
        Fconv { src, dst } => float::convert(entry, *src, *dst),
        Farith { op, a, b, dst } => float::arith(entry, *op, *a, *b, *dst),
        Fnegate { src, dst } => float::negate(entry, *src, *dst),

        BsStartMatch { fail, src, live, dst } => {
            binary::start_match(entry, *fail, *src, *live, *dst)
        }
        BsGet { .. } => binary::get(entry, inst),
        BsSkip { fail, context, size, unit, flags } => {
            binary::skip(entry, *fail, *context, *size, *unit, *flags)
        }
        BsTestTail { fail, context, bits } => binary::test_tail(entry, *fail, *context, *bits),
        BsTestUnit { fail, context, unit } => binary::test_unit(entry, *fail, *context, *unit),
        BsEnsure { fail, context, bits, unit } => {
            binary::ensure(entry, *fail, *context, *bits, *unit)
        }
        BsMatchString { fail, context, bits, bytes } => {
            binary::match_string(entry, *fail, *context, *bits, bytes)
        }
        BsGetUtf { utf, fail, context, flags, dst, .. } => {
            binary::get_utf(entry, *utf, *fail, *context, *flags, *dst)
        }
        BsGetTail { context, dst, live } => binary::get_tail(entry, *context, *dst, *live),
        BsGetPosition { context, dst, .. } => binary::get_position(entry, *context, *dst),
        BsSetPosition { context, position } => binary::set_position(entry, *context, *position),
        BsInitWritable => binary::init_writable(entry),
        BsCreateBin { fail, need, live, dst, segments, .. } => {
            binary::create(entry, *fail, *need, *live, *dst, segments)
        }
    }
}
