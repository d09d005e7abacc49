//! One way to write numbers, so that equal reports have equal bytes on every machine.

/// Significant digits of every floating-point number in every output. Six exceed the precision of any figure
/// here (counts are integers) and hide last-bit differences between machines.
pub const SIGNIFICANT_DIGITS: usize = 6;

/// `value` with [`SIGNIFICANT_DIGITS`] digits; negative zero becomes zero. NaN and infinities are returned
/// unchanged.
pub fn rounded(value: f64) -> f64 {
    if value == 0.0 {
        return 0.0;
    }
    if !value.is_finite() {
        return value;
    }
    format!("{value:.*e}", SIGNIFICANT_DIGITS - 1).parse().unwrap_or(value)
}

/// The text of a rounded number, `.` if it is not finite.
pub fn text(value: f64) -> String {
    if value.is_finite() {
        rounded(value).to_string()
    } else {
        ".".to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_stay() {
        assert_eq!(rounded(0.123_456_789), 0.123_457);
        assert_eq!(rounded(-1_234_567.8), -1_234_570.0);
        assert_eq!(rounded(1.5e-9), 1.5e-9);
        assert!(rounded(-0.0).is_sign_positive());
        assert_eq!(text(0.1 + 0.2), "0.3");
        assert_eq!(text(f64::NAN), ".");
    }
}
