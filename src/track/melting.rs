//! Melting temperature of an oligonucleotide by nearest neighbours.
//!
//! Enthalpies, entropies and initiation of SantaLucia 1998 (PNAS 95:1460, table 2, the unified set, after
//! Allawi and SantaLucia 1997); entropy corrected for sodium as there (0.368 for each phosphate).

/// Sodium, mol/l.
pub const SODIUM: f64 = 0.05;
/// Strand in excess and target, mol/l: equal, 25 nmol/l each.
pub const STRAND: f64 = 25e-9;
/// Gas constant, cal/(mol K).
const GAS: f64 = 1.987;

/// Enthalpy (kcal/mol) and entropy (cal/(mol K)) of a pair of neighbours, 5' to 3'.
const fn neighbours(pair: [u8; 2]) -> Option<(f64, f64)> {
    Some(match &pair {
        b"AA" | b"TT" => (-7.9, -22.2),
        b"AT" => (-7.2, -20.4),
        b"TA" => (-7.2, -21.3),
        b"CA" | b"TG" => (-8.5, -22.7),
        b"GT" | b"AC" => (-8.4, -22.4),
        b"CT" | b"AG" => (-7.8, -21.0),
        b"GA" | b"TC" => (-8.2, -22.2),
        b"CG" => (-10.6, -27.2),
        b"GC" => (-9.8, -24.4),
        b"GG" | b"CC" => (-8.0, -19.9),
        _ => return None,
    })
}

/// Melting temperature in degrees Celsius; `None` for fewer than 8 bases or anything but A, C, G, T.
pub fn melting_temperature(bases: &[u8]) -> Option<f64> {
    if bases.len() < 8 {
        return None;
    }
    let (mut enthalpy, mut entropy) = (0.0, 0.0);
    for pair in bases.windows(2) {
        let (h, s) = neighbours([*pair.first()?, *pair.get(1)?])?;
        enthalpy += h;
        entropy += s;
    }
    for end in [bases.first()?, bases.last()?] {
        let (h, s) = if matches!(end, b'A' | b'T') {
            (2.3, 4.1)
        } else {
            (0.1, -2.8)
        };
        enthalpy += h;
        entropy += s;
    }
    entropy += 0.368 * (bases.len() - 1) as f64 * SODIUM.ln();
    // Two strands that are not self-complementary: the excess less half of the other.
    let strands = STRAND - STRAND / 2.0;
    Some(1_000.0 * enthalpy / (entropy + GAS * strands.ln()) - 273.15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_value() {
        // Biopython's documentation of Tm_NN with the same set, 50 mM sodium, 25 nM strands: 60.32.
        let found = melting_temperature(b"CGTTCCAAAGATGTGGGCATGAGCTTAC").unwrap();
        assert!((found - 60.32).abs() < 0.01, "{found}");
        assert_eq!(melting_temperature(b"ACGTNACGTACGT"), None);
        assert_eq!(melting_temperature(b"ACGT"), None);
    }
}
