//! Floats as OTP writes and reads them. Knows no term.
