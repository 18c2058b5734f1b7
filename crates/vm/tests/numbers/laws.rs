//! Laws of integers over generated operands, and what is too large for `erl` to be asked.

use std::panic::{AssertUnwindSafe, catch_unwind, panic_any};

use beamlet_vm::integer::{
    self, BITS_MAX, Bitwise, Error, Integer, LIMBS_MAX, Sign, View, add, bitwise, div, from_text,
    mul, never, not, rem, shift, sub, to_text,
};
use proptest::prelude::*;

/// Limbs with long runs of ones and zeros, where carries travel.
fn limb() -> impl Strategy<Value = u64> {
    prop_oneof![any::<u64>(), Just(0), Just(u64::MAX), Just(1), Just(1 << 63)]
}

fn integer_of(limbs: usize) -> impl Strategy<Value = Integer> {
    (any::<bool>(), prop::collection::vec(limb(), 0..limbs)).prop_map(|(negative, limbs)| {
        let sign = if negative { Sign::Negative } else { Sign::Positive };
        Integer::new(sign, limbs).expect("short of the limit")
    })
}

/// Positive, of a few long runs of one limb.
fn runs(limbs: usize) -> impl Strategy<Value = Integer> {
    prop::collection::vec((limb(), 1..limbs / 3), 1..4).prop_map(|runs| {
        let row = runs.into_iter().flat_map(|(limb, times)| std::iter::repeat_n(limb, times));
        Integer::new(Sign::Positive, row.collect()).expect("short of the limit")
    })
}

/// The largest integer there is.
fn largest() -> Integer {
    Integer::new(Sign::Positive, vec![u64::MAX; LIMBS_MAX]).expect("just within the limit")
}

/// An integer of `limbs` limbs without pattern.
fn long(limbs: usize) -> Integer {
    let mut random = crate::oracle::Random::seeded(limbs as u64);
    Integer::new(Sign::Positive, (0..limbs).map(|_| random.next() | 1).collect()).unwrap()
}

fn one() -> Integer {
    Integer::from(1u64)
}

proptest! {
    #[test]
    fn sums_can_be_taken_apart(a in integer_of(12), b in integer_of(12)) {
        let sum = add(a.view(), b.view()).unwrap();
        prop_assert_eq!(&sum, &add(b.view(), a.view()).unwrap());
        prop_assert_eq!(&sub(sum.view(), b.view()).unwrap(), &a);
        prop_assert_eq!(sub(a.view(), a.view()).unwrap(), Integer::zero());
        prop_assert_eq!(a.cmp(&b), sub(a.view(), b.view()).unwrap().cmp(&Integer::zero()));
    }

    #[test]
    fn products_distribute_over_sums(
        a in integer_of(200), b in integer_of(90), c in integer_of(90),
    ) {
        let poll = &mut never();
        let whole = mul(a.view(), add(b.view(), c.view()).unwrap().view(), poll).unwrap();
        let left = mul(a.view(), b.view(), poll).unwrap();
        let right = mul(c.view(), a.view(), poll).unwrap();
        prop_assert_eq!(whole, add(left.view(), right.view()).unwrap());
    }

    #[test]
    fn quotient_and_remainder_make_up_the_dividend(a in integer_of(400), b in integer_of(200)) {
        prop_assume!(!b.view().is_zero());
        let poll = &mut never();
        let quotient = div(a.view(), b.view(), poll).unwrap();
        let rest = rem(a.view(), b.view(), poll).unwrap();
        let product = mul(quotient.view(), b.view(), poll).unwrap();
        prop_assert_eq!(&add(product.view(), rest.view()).unwrap(), &a);
        prop_assert!(rest.view().absolute() < b.view().absolute());
        prop_assert!(rest.view().is_zero() || rest.view().sign() == a.view().sign());
    }

    #[test]
    fn the_largest_rest_is_found_where_guesses_are_worst(
        quotient in runs(200), divisor in runs(200),
    ) {
        // Dividends just below a multiple, whose top limbs are those of the divisor.
        prop_assume!(!divisor.view().is_zero());
        let poll = &mut never();
        let rest = sub(divisor.view(), one().view()).unwrap();
        let product = mul(quotient.view(), divisor.view(), poll).unwrap();
        let dividend = add(product.view(), rest.view()).unwrap();
        prop_assert_eq!(div(dividend.view(), divisor.view(), poll).unwrap(), quotient);
        prop_assert_eq!(rem(dividend.view(), divisor.view(), poll).unwrap(), rest);
    }

    #[test]
    fn bits_follow_de_morgan_and_shifts_are_powers(
        a in integer_of(6), b in integer_of(6), by in 0i64..400,
    ) {
        let both = bitwise(Bitwise::And, a.view(), b.view()).unwrap();
        let (c, d) = (not(a.view()).unwrap(), not(b.view()).unwrap());
        let neither = bitwise(Bitwise::Or, c.view(), d.view()).unwrap();
        prop_assert_eq!(not(both.view()).unwrap(), neither);
        let union = bitwise(Bitwise::Or, a.view(), b.view()).unwrap();
        let difference = bitwise(Bitwise::Xor, a.view(), b.view()).unwrap();
        prop_assert_eq!(add(difference.view(), both.view()).unwrap(), union);

        let power = shift(one().view(), by).unwrap();
        let shifted = shift(a.view(), by).unwrap();
        prop_assert_eq!(&mul(a.view(), power.view(), &mut never()).unwrap(), &shifted);
        prop_assert_eq!(&shift(shifted.view(), -by).unwrap(), &a);
    }

    #[test]
    fn text_reads_back(a in integer_of(300), radix in 2u32..=36) {
        let text = to_text(a.view(), radix, &mut never()).unwrap();
        prop_assert!(text.len() <= integer::text_room(a.view(), radix).unwrap());
        prop_assert_eq!(from_text(&text, radix, &mut never()).unwrap(), a);
    }

    #[test]
    fn machine_integers_convert_both_ways(small in any::<i64>(), wide in any::<i128>()) {
        let mut cell = 0;
        prop_assert_eq!(View::small(small, &mut cell).to_i64(), Some(small));
        prop_assert_eq!(Integer::from(small).view().to_i128(), Some(i128::from(small)));
        prop_assert_eq!(Integer::from(small).view().to_u64(), u64::try_from(small).ok());
        prop_assert_eq!(Integer::from(wide).view().to_i128(), Some(wide));
        prop_assert_eq!(Integer::from(wide).view().to_i64(), i64::try_from(wide).ok());
    }
}

#[test]
fn machine_integers_convert_at_their_ends() {
    for value in [i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX] {
        assert_eq!(Integer::from(value).view().to_i64(), Some(value));
    }
    for value in [i128::MIN, i128::MIN + 1, -1, 0, 1, i128::MAX] {
        assert_eq!(Integer::from(value).view().to_i128(), Some(value));
    }
    let beyond = add(Integer::from(i128::MAX).view(), one().view()).unwrap();
    assert_eq!(beyond.view().to_i128(), None);
    assert_eq!(beyond.view().to_i64_saturating(), i64::MAX);
    assert_eq!(beyond.view().negated().to_i64_saturating(), i64::MIN);
    assert_eq!(Integer::from(1u64 << 63).view().to_i64(), None);
    assert_eq!(Integer::from(1u64 << 63).view().negated().to_i64(), Some(i64::MIN));
}

#[test]
fn one_bit_more_than_the_limit_is_a_system_limit() {
    let (largest, one, poll) = (largest(), one(), &mut never());
    let limit = Err(Error::SystemLimit);
    assert_eq!(add(largest.view(), one.view()), limit);
    assert_eq!(sub(largest.view().negated(), one.view()), limit);
    assert_eq!(not(largest.view()), limit);
    assert_eq!(shift(one.view(), BITS_MAX as i64), limit);
    assert_eq!(shift(one.view(), i64::MAX), limit);
    assert_eq!(shift(largest.view(), 1), limit);
    assert_eq!(mul(largest.view(), Integer::from(2u64).view(), poll), limit);
    assert_eq!(mul(largest.view(), largest.view(), poll), limit);
    assert_eq!(
        bitwise(Bitwise::Xor, largest.view(), Integer::from(-1i64).view()).map(drop),
        Err(Error::SystemLimit),
        "-(2^4194304)"
    );
    assert_eq!(shift(Integer::zero().view(), i64::MAX), Ok(Integer::zero()));
    let top = shift(one.view(), BITS_MAX as i64 - 1).unwrap();
    assert_eq!(integer::bit_length(top.view()), BITS_MAX);
    assert_eq!(shift(top.view(), 1 - BITS_MAX as i64), Ok(one));
    // The lengths add up to one bit more than there may be; one of these products has it.
    let half = shift(Integer::from(1u64).view(), BITS_MAX as i64 / 2).unwrap();
    let below = shift(Integer::from(1u64).view(), BITS_MAX as i64 / 2 - 1).unwrap();
    assert_eq!(mul(half.view(), below.view(), poll), Ok(top));
    assert_eq!(mul(half.view(), half.view(), poll), limit);
    let full = sub(half.view(), Integer::from(1u64).view()).unwrap();
    assert!(mul(full.view(), half.view(), poll).is_ok());
}

#[test]
fn the_longest_integers_multiply_divide_and_read_back() {
    let poll = &mut never();
    let (a, b) = (long(LIMBS_MAX / 2), long(LIMBS_MAX / 2));
    let product = mul(a.view(), b.view(), poll).unwrap();
    assert_eq!(div(product.view(), a.view(), poll).unwrap(), b);
    assert_eq!(rem(product.view(), b.view(), poll).unwrap(), Integer::zero());
    let uneven = long(9_999);
    let quotient = div(product.view(), uneven.view(), poll).unwrap();
    let rest = rem(product.view(), uneven.view(), poll).unwrap();
    let back = mul(quotient.view(), uneven.view(), poll).unwrap();
    assert_eq!(add(back.view(), rest.view()).unwrap(), product);

    let largest = largest();
    let text = to_text(largest.view(), 10, poll).unwrap();
    assert_eq!(text.len(), 1_262_612);
    assert_eq!(from_text(&text, 10, poll).unwrap(), largest);
    assert_eq!(from_text(&[text, b"0".to_vec()].concat(), 10, poll), Err(Error::SystemLimit));
    let ones = vec![b'1'; BITS_MAX];
    assert_eq!(from_text(&ones, 2, poll).unwrap(), largest);
    assert_eq!(from_text(&[&ones[..], b"0"].concat(), 2, poll), Err(Error::SystemLimit));
    assert_eq!(from_text(&vec![b'9'; 10_000_000], 10, poll), Err(Error::SystemLimit));
    assert_eq!(from_text(&vec![b'0'; 10_000_000], 10, poll), Ok(Integer::zero()));
}

#[test]
fn quotients_of_ones_are_found_by_the_recursive_way() {
    // A dividend whose top equals the divisor's, where the guess is the largest there is.
    let poll = &mut never();
    for (ones, length) in [(64, 65), (128, 200), (200, 200), (300, 257), (400, 130)] {
        let quotient = Integer::new(Sign::Positive, vec![u64::MAX; ones]).unwrap();
        for low in [0, 1, u64::MAX] {
            let mut row = long(length).view().limbs().to_vec();
            row[..length / 2].fill(low);
            let divisor = Integer::new(Sign::Positive, row).unwrap();
            let rest = sub(divisor.view(), one().view()).unwrap();
            let product = mul(quotient.view(), divisor.view(), poll).unwrap();
            let dividend = add(product.view(), rest.view()).unwrap();
            assert_eq!(div(dividend.view(), divisor.view(), poll).unwrap(), quotient);
            assert_eq!(rem(dividend.view(), divisor.view(), poll).unwrap(), rest);
        }
    }
}

#[test]
fn squares_of_repeated_limbs_survive_the_transform() {
    // The largest coefficients that a transform can meet.
    let poll = &mut never();
    for limbs in [1_500, 4_096, LIMBS_MAX / 2] {
        let ones = Integer::new(Sign::Positive, vec![u64::MAX; limbs]).unwrap();
        let square = mul(ones.view(), ones.view(), poll).unwrap();
        // (X - 1)^2 = X^2 - 2X + 1
        let power = shift(one().view(), 64 * limbs as i64).unwrap();
        let expected = sub(power.view(), Integer::from(2u64).view()).unwrap();
        let expected = shift(expected.view(), 64 * limbs as i64).map_or_else(
            |_| panic!("short of the limit"),
            |high| add(high.view(), one().view()).unwrap(),
        );
        assert_eq!(square, expected);
    }
}

#[test]
fn a_poll_can_abandon_every_long_operation() {
    struct Stop;
    let whole = long(12_000);
    let (a, b, short) = (long(8_000), long(6_000), long(40));
    let text = to_text(whole.view(), 10, &mut never()).unwrap();
    let bits = to_text(whole.view(), 2, &mut never()).unwrap();
    type Operation<'a> = Box<dyn Fn(&mut integer::Poll) + 'a>;
    let operations: Vec<(&str, Operation)> = vec![
        ("mul", Box::new(|poll| drop(mul(a.view(), b.view(), poll)))),
        ("mul by a short one", Box::new(|poll| drop(mul(a.view(), short.view(), poll)))),
        ("div", Box::new(|poll| drop(div(whole.view(), b.view(), poll)))),
        ("rem by a short one", Box::new(|poll| drop(rem(whole.view(), short.view(), poll)))),
        ("to decimal", Box::new(|poll| drop(to_text(whole.view(), 10, poll)))),
        ("to binary", Box::new(|poll| drop(to_text(whole.view(), 2, poll)))),
        ("from binary", Box::new(|poll| drop(from_text(&bits, 2, poll)))),
        ("from decimal", Box::new(|poll| drop(from_text(&text, 10, poll)))),
    ];
    for (name, operation) in operations {
        let mut polls = 0;
        operation(&mut || polls += 1);
        assert!(polls >= 10, "{name} polled {polls} times");
        let mut left = polls / 2;
        let stopped = catch_unwind(AssertUnwindSafe(|| {
            operation(&mut || {
                left -= 1;
                if left == 0 {
                    panic_any(Stop);
                }
            })
        }));
        assert!(stopped.is_err_and(|reason| reason.is::<Stop>()), "{name} stops");
    }
}
