//! Integers of any size as slices of limbs: arithmetic, text, bits. Knows no term.
