//! The BIFs of Erlang's module `math`: a function for each, `None` for `badarith`. Arguments are
//! floats already: what an integer argument becomes is `integer::to_float`.

use super::{finite, libm};

macro_rules! bifs {
    ($($name:ident($($argument:ident),+) = $value:expr;)+) => {
        $(
            #[doc = concat!("`math:", stringify!($name), "`.")]
            pub fn $name($($argument: f64),+) -> Option<f64> {
                finite($value)
            }
        )+
    };
}

bifs! {
    acos(x) = libm::acos(x);
    acosh(x) = libm::acosh(x);
    asin(x) = libm::asin(x);
    asinh(x) = libm::asinh(x);
    atan(x) = libm::atan(x);
    atan2(y, x) = libm::atan2(y, x);
    atanh(x) = libm::atanh(x);
    ceil(x) = x.ceil();
    cos(x) = libm::cos(x);
    cosh(x) = libm::cosh(x);
    erf(x) = libm::erf(x);
    erfc(x) = libm::erfc(x);
    exp(x) = libm::exp(x);
    floor(x) = x.floor();
    fmod(x, y) = libm::fmod(x, y);
    log(x) = libm::log(x);
    log2(x) = libm::log2(x);
    log10(x) = libm::log10(x);
    pow(x, y) = libm::pow(x, y);
    sin(x) = libm::sin(x);
    sinh(x) = libm::sinh(x);
    sqrt(x) = x.sqrt();
    tan(x) = libm::tan(x);
    tanh(x) = libm::tanh(x);
}
