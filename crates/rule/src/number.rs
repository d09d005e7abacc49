//! Numbers as a report file stores them: JSON has neither infinity nor NaN.

use serde::{Deserialize, Deserializer, Serializer, ser::Error};

/// The magnitude at which a log-odds value is practically certain: an infinite term is written as this, with its sign.
const LARGEST: f64 = 1e6;

/// Serialises a number that the schema requires: infinities become [`LARGEST`].
///
/// # Errors
/// NaN can't be written: it would be read back as something else.
pub fn finite<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_nan() {
        return Err(S::Error::custom("a number of the report is not a number"));
    }
    serializer.serialize_f64(value.clamp(-LARGEST, LARGEST))
}

/// Reads a number and clamps it to the bounds of [`finite`], so that it can be written again.
///
/// # Errors
/// Anything that is not a JSON number.
pub fn bounded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(f64::deserialize(deserializer)?.clamp(-LARGEST, LARGEST))
}
