//! The fusion in the nomenclature of the VICC gene fusion specification.

use breakapart_core::report::schema::{Junction, Side};

/// `NM_001197104.2(KMT2A):e.8::NM_001166693.3(AFF1):e.4`; inserted bases as linker; `?` for an unplaced partner. `None`
/// if an exon or transcript is not known.
///
/// Source: VICC gene fusion specification, transcript segment element.
pub(crate) fn vicc(junction: &Junction) -> Option<String> {
    let segment = |side: &Side| {
        Some(format!(
            "{}({}):e.{}",
            side.transcript.as_deref()?,
            side.gene.as_deref()?,
            side.exon?
        ))
    };
    let side = |side: &Option<Side>| match side {
        Some(side) => segment(side),
        None => Some("?".to_owned()),
    };
    let mut parts = vec![side(&junction.five)?];
    if !junction.inserted.is_empty() {
        parts.push(junction.inserted.to_uppercase());
    }
    parts.push(side(&junction.three)?);
    Some(parts.join("::"))
}
