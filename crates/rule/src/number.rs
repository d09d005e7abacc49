//! Numbers as a report's file holds them: JSON has neither infinity nor not-a-number.

use serde::{Deserialize, Deserializer, Serializer, ser::Error};

/// The size at which a log-odds value is as good as certain: an infinite term is written as this, with
/// its sign.
const LARGEST: f64 = 1e6;

/// Serialises a number that the schema requires: infinities become [`LARGEST`].
///
/// # Errors
/// Not-a-number can't be written: it would be read back as something else.
pub fn finite<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if value.is_nan() {
        return Err(S::Error::custom("a number of the report is not a number"));
    }
    serializer.serialize_f64(value.clamp(-LARGEST, LARGEST))
}

/// Reads a number and holds it to the same bounds as [`finite`], so that what was read can be written.
///
/// # Errors
/// Anything that is not a JSON number.
pub fn bounded<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    Ok(f64::deserialize(deserializer)?.clamp(-LARGEST, LARGEST))
}
