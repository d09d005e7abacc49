use strum::IntoEnumIterator as _;

use super::*;
use crate::{Frame, LibraryType, tests::pinned};

/// Split molecules that join exon ends of KMT2A e8 and a catalogue partner.
fn facts(molecules: u32) -> EvidenceFacts {
    EvidenceFacts {
        anchor: 30,
        frame: Frame::InFrame,
        ..pinned::facts(molecules)
    }
}

fn context(is_dna: bool) -> Context {
    Context {
        chimeras: 0,
        partner_chimeras: 0,
        other_back_splices: 0,
        other_wild_type: 0,
        library: LibraryType::PolyA,
        ptd_background: 1e-3,
        is_dna,
    }
}

/// Everything that could lift a junction, in every class, RNA and DNA.
fn strongest(molecules: u32) -> Vec<(EvidenceFacts, Context)> {
    let mut all = Vec::new();
    for class in Class::iter() {
        for is_dna in [false, true] {
            for companion in [false, true] {
                for (split, clip, spanning) in [(molecules, 0, 0), (0, molecules, 0), (0, 0, molecules)] {
                    let facts = EvidenceFacts {
                        class,
                        split,
                        clip,
                        spanning,
                        is_precise: spanning == 0,
                        companion,
                        faced: is_dna,
                        usual_exons: true,
                        event_molecules: 50,
                        wild_type: 4,
                        ..facts(molecules)
                    };
                    all.push((facts, context(is_dna)));
                }
            }
        }
    }
    all
}

#[test]
fn nothing_rises_above_low_on_one_molecule() {
    // The model alone would lift it.
    let lifted = assess(&facts(1), &context(false), &Params::default());
    assert!(
        lifted.model_score > Params::default().tier_high && lifted.has(Code::OneMolecule),
        "{lifted:?}"
    );
    for molecules in [0, 1] {
        for (facts, context) in strongest(molecules) {
            let judgement = assess(&facts, &context, &Params::default());
            assert!(judgement.tier <= Some(Tier::Low), "{facts:?}: {judgement:?}");
        }
    }
    assert_eq!(
        assess(&facts(2), &context(false), &Params::default()).tier,
        Some(Tier::High)
    );
    assert!(!assess(&facts(2), &context(false), &Params::default()).has(Code::OneMolecule));
}

/// An adapter that is in no list follows any base of an exon; a fusion leaves KMT2A at an exon end, or its partner is known.
#[test]
fn unplaced_sequence_within_an_exon_stays_low() {
    let open = EvidenceFacts {
        unplaced_in_exon: true,
        five_at_splice_site: false,
        three_at_splice_site: false,
        ..facts(20)
    };
    let at_exon_end = EvidenceFacts {
        unplaced_in_exon: false,
        five_at_splice_site: true,
        ..open
    };
    let judged = |facts: &EvidenceFacts, is_dna| {
        let judgement = assess(facts, &context(is_dna), &Params::default());
        (judgement.tier, judgement.has(Code::UnplacedInExon))
    };
    assert_eq!(judged(&open, false), (Some(Tier::Low), true));
    assert_eq!(judged(&at_exon_end, false), (Some(Tier::High), false));
    assert!(!judged(&open, true).1, "DNA breaks anywhere");
}

#[test]
fn molecules_further_along_the_chain_do_not_count_for_kmt2a() {
    for (facts, context) in strongest(20) {
        for event_molecules in [0, 1] {
            let facts = EvidenceFacts {
                event_molecules,
                ..facts
            };
            let judgement = assess(&facts, &context, &Params::default());
            assert!(judgement.tier <= Some(Tier::Low), "{facts:?}: {judgement:?}");
        }
    }
    let chained = |event_molecules| EvidenceFacts {
        class: Class::Chained,
        companion: true,
        event_molecules,
        ..facts(3)
    };
    let two = assess(&chained(2), &context(false), &Params::default());
    assert!(two.tier >= Some(Tier::Medium) && !two.has(Code::OneMolecule), "{two:?}");
    let one = assess(&chained(1), &context(false), &Params::default());
    assert!(one.tier == Some(Tier::Low) && one.has(Code::OneMolecule), "{one:?}");
}

#[test]
fn tiers_begin_at_their_cuts() {
    let p = Params::default();
    for (cut, tier, below) in [
        (0.5, Some(Tier::Low), None),
        (0.9, Some(Tier::Medium), Some(Tier::Low)),
        (0.99, Some(Tier::High), Some(Tier::Medium)),
    ] {
        assert_eq!(tier_of(cut, &p), tier);
        assert_eq!(tier_of(cut - 1e-6, &p), below);
    }
}

#[test]
fn a_lone_pair_is_left_out_above_what_is_expected_of_chance() {
    // No other chimera: one is expected, a quarter of them in transcript order.
    let pair = EvidenceFacts {
        split: 0,
        spanning: 1,
        is_precise: false,
        is_partner: false,
        ..facts(1)
    };
    let with = |lone_pair_expected| {
        let p = Params {
            lone_pair_expected,
            ..Params::default()
        };
        assess(&pair, &context(false), &p).has(Code::LonePair)
    };
    assert!(with(0.249) && !with(0.25) && !with(0.251));
}

#[test]
fn the_class_is_worded_for_its_assay() {
    let said = |class, is_dna| {
        let facts = EvidenceFacts { class, ..facts(3) };
        assess(&facts, &context(is_dna), &Params::default()).terms[0]
            .text
            .clone()
    };
    assert!(said(Class::Inverted, true).contains("self-priming"));
    assert!(said(Class::Inverted, false).contains("reverse transcription"));
    assert_eq!(said(Class::Deletion, true), "deletion within KMT2A");
    assert_eq!(said(Class::Deletion, false), "within KMT2A, away from splice sites");
}

/// A duplication from inside e10 to just upstream of e1, as in one of 24 patients.
#[test]
fn a_duplication_from_before_the_first_exon_is_listed_from_two_molecules() {
    let p = Params::default();
    let judged = |molecules: u32, before_first_exon: bool, is_dna: bool| {
        let facts = EvidenceFacts {
            class: Class::Ptd,
            five_at_splice_site: false,
            three_at_splice_site: false,
            is_partner: false,
            usual_exons: false,
            before_first_exon,
            frame: Frame::Unknown,
            wild_type: 40,
            ..facts(molecules)
        };
        assess(&facts, &context(is_dna), &p)
    };
    let of = |molecules| judged(molecules, true, false);
    assert_eq!(
        (of(1).tier, of(2).tier, of(40).tier),
        (None, Some(Tier::Low), Some(Tier::Low))
    );
    let says = |judgement: &Judgement, code: Code| judgement.reasons.iter().any(|r| r.code == code.name());
    assert!(says(&of(8), Code::PtdUnusualExons) && !says(&judged(8, false, false), Code::PtdUnusualExons));
    // From the donor of a known duplication, four molecules are enough, with the prior of this class.
    let usual = |molecules| {
        let facts = EvidenceFacts {
            class: Class::Ptd,
            five_at_splice_site: false,
            three_at_splice_site: false,
            is_partner: false,
            usual_exons: true,
            before_first_exon: true,
            frame: Frame::Unknown,
            wild_type: 40,
            ..facts(molecules)
        };
        assess(&facts, &context(false), &p)
    };
    assert_eq!((usual(3).tier, usual(4).tier), (Some(Tier::Low), Some(Tier::High)));
    assert!(usual(4).terms[0].text.starts_with("from upstream of the first exon"));
    assert!((usual(4).terms[0].value - p.prior_other_back_splice.ln()).abs() < 1e-12);
    // In DNA both bases are the breakpoint's own.
    assert_eq!(judged(8, true, true), judged(8, false, true));
}
