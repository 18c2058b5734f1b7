//! The system's libm, which OTP's `math` calls: same library, same last bit.
//!
//! Only declarations stand here, no block that could go wrong: each is a pure function of floats
//! that C11 (7.12) defines for every argument, so each is safe to call. The standard library's
//! methods are not used in their place, as some of them have formulas of their own (`asinh`,
//! `acosh`, `atanh`) and `erf` is missing; pure-Rust ports of a libm differ from glibc in the last
//! bit.
#![allow(unsafe_code, reason = "declarations of pure functions of the C library, none unsafe")]

// SAFETY: the signatures are those of C11's <math.h>; no function keeps or follows a pointer.
unsafe extern "C" {
    pub safe fn acos(x: f64) -> f64;
    pub safe fn acosh(x: f64) -> f64;
    pub safe fn asin(x: f64) -> f64;
    pub safe fn asinh(x: f64) -> f64;
    pub safe fn atan(x: f64) -> f64;
    pub safe fn atan2(y: f64, x: f64) -> f64;
    pub safe fn atanh(x: f64) -> f64;
    pub safe fn cos(x: f64) -> f64;
    pub safe fn cosh(x: f64) -> f64;
    pub safe fn erf(x: f64) -> f64;
    pub safe fn erfc(x: f64) -> f64;
    pub safe fn exp(x: f64) -> f64;
    pub safe fn fmod(x: f64, y: f64) -> f64;
    pub safe fn log(x: f64) -> f64;
    pub safe fn log2(x: f64) -> f64;
    pub safe fn log10(x: f64) -> f64;
    pub safe fn pow(x: f64, y: f64) -> f64;
    pub safe fn sin(x: f64) -> f64;
    pub safe fn sinh(x: f64) -> f64;
    pub safe fn tan(x: f64) -> f64;
    pub safe fn tanh(x: f64) -> f64;
}
