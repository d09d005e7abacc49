//! Samples for tests: judged junctions and events, with limits of detection.

use crate::{
    Assay, Capability, Class, Code, Decided, Donor, DonorLimit, EventFacts, EventKind, EvidenceFacts, Judgement,
    JunctionFacts, Limits, Member, MemberRole, Params, Reason, Region, SampleFacts, Tier, decide, state::State,
    tests::pinned,
};

/// A judged junction.
#[derive(Clone)]
pub(crate) struct Own {
    pub(crate) facts: EvidenceFacts,
    pub(crate) judgement: Judgement,
    pub(crate) donor: Option<Donor>,
    pub(crate) partner: Option<&'static str>,
    pub(crate) partner_anchor: u32,
    pub(crate) reaches_kmt2a: bool,
    pub(crate) from_exon_ends: Option<u32>,
    pub(crate) is_unplaced: bool,
    pub(crate) molecules: Vec<u64>,
}

/// A sample, by default a deep RNA library in which nothing was found.
#[derive(Clone)]
pub(crate) struct Sample {
    pub(crate) assay: Assay,
    pub(crate) junctions: Vec<Own>,
    pub(crate) events: Vec<(EventKind, Vec<Member>)>,
    pub(crate) limits: Limits,
    pub(crate) capability: Capability,
    pub(crate) faults: Vec<Reason>,
    pub(crate) overruling: Vec<Reason>,
    pub(crate) open_breaks: Vec<Reason>,
    pub(crate) coverage_falls: bool,
    pub(crate) cut_off: usize,
    pub(crate) required_lod: f64,
}

pub(crate) fn donor_limit(exon: u16, region: Region, limit: Option<f64>) -> DonorLimit {
    DonorLimit {
        exon,
        region,
        states_duplications: (8..=11).contains(&exon),
        molecules: 200,
        usable: 0.9,
        usable_any: 0.85,
        exclusion_catalogue: limit,
        exclusion_any: limit,
        call_catalogue: limit,
        call_any: limit,
        ptd: limit,
    }
}

pub(crate) fn limits(major: Option<f64>, minor: Option<f64>) -> Limits {
    let majors = (7..=12).map(|exon| donor_limit(exon, Region::Major, major));
    let minors = (20..=23).map(|exon| donor_limit(exon, Region::Minor, minor));
    Limits {
        donors: majors.chain(minors).collect(),
        ..Limits::default()
    }
}

pub(crate) fn one(code: impl Into<&'static str>) -> Vec<Reason> {
    vec![Reason::new(code, "said")]
}

impl Sample {
    pub(crate) fn of(assay: Assay) -> Self {
        Self {
            assay,
            junctions: Vec::new(),
            events: Vec::new(),
            limits: limits(Some(0.05), Some(0.05)),
            capability: pinned::capability(),
            faults: Vec::new(),
            overruling: Vec::new(),
            open_breaks: Vec::new(),
            coverage_falls: false,
            cut_off: 0,
            required_lod: 0.10,
        }
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    /// One more event of one junction.
    pub(crate) fn and(mut self, kind: EventKind, role: MemberRole, own: Own) -> Self {
        let junction = self.junctions.len();
        self.junctions.push(own);
        self.events.push((kind, vec![Member { junction, role }]));
        self
    }

    /// A fusion of that many molecules, enough not to be waived.
    pub(crate) fn fusion(self, tier: Option<Tier>) -> Self {
        self.and(
            EventKind::Fusion,
            MemberRole::Canonical,
            junction(Class::Canonical, tier),
        )
    }

    pub(crate) fn reciprocal(self, tier: Option<Tier>) -> Self {
        self.and(
            EventKind::Fusion,
            MemberRole::Reciprocal,
            junction(Class::Reciprocal, tier),
        )
    }

    pub(crate) fn ptd(self, tier: Option<Tier>) -> Self {
        self.and(EventKind::Ptd, MemberRole::Ptd, junction(Class::Ptd, tier))
    }

    pub(crate) fn low(self, code: Option<Code>) -> Self {
        let mut own = junction(Class::Canonical, Some(Tier::Low));
        own.judgement.reasons.extend(code.map(|code| Reason::new(code, "said")));
        self.and(EventKind::Fusion, MemberRole::Canonical, own)
    }

    pub(crate) fn decide_with(&self, p: &Params) -> Decided {
        let junctions = self.junctions.iter().map(|own| JunctionFacts {
            facts: own.facts,
            judgement: &own.judgement,
            donor: own.donor,
            partner: own.partner,
            partner_anchor: own.partner_anchor,
            reaches_kmt2a: own.reaches_kmt2a,
            from_exon_ends: own.from_exon_ends,
            is_unplaced: own.is_unplaced,
            molecules: own.molecules.clone(),
        });
        let events = self.events.iter().map(|(kind, members)| EventFacts {
            kind: *kind,
            tier: members
                .iter()
                .filter_map(|m| self.junctions[m.junction].judgement.tier)
                .max(),
            lead: members[0].junction,
            members,
        });
        let facts = SampleFacts {
            assay: self.assay,
            junctions: junctions.collect(),
            events: events.collect(),
            limits: &self.limits,
            capability: &self.capability,
            faults: &self.faults,
            overruling: &self.overruling,
            open_breaks: &self.open_breaks,
            coverage_falls: self.coverage_falls,
            cut_off: self.cut_off,
            required_lod: self.required_lod,
        };
        decide(&facts, p)
    }

    pub(crate) fn decide(&self) -> Decided {
        self.decide_with(&Params::default())
    }

    pub(crate) fn state(&self) -> State {
        self.decide().state
    }
}

/// A junction of twenty molecules with 200 wild-type ones: too many to be waived.
pub(crate) fn junction(class: Class, tier: Option<Tier>) -> Own {
    Own {
        facts: EvidenceFacts {
            class,
            wild_type: 200,
            ..pinned::chimera(20)
        },
        judgement: Judgement {
            model_score: match tier {
                None => 0.01,
                Some(Tier::Low) => 0.6,
                Some(Tier::Medium) => 0.95,
                Some(Tier::High) => 0.999,
            },
            tier,
            terms: Vec::new(),
            reasons: Vec::new(),
        },
        donor: Some(Donor {
            exon: 8,
            region: Region::Major,
        }),
        partner: Some("AFF1"),
        partner_anchor: 0,
        reaches_kmt2a: true,
        from_exon_ends: None,
        is_unplaced: false,
        molecules: (0..20).collect(),
    }
}

/// The same with `n` molecules and `wild_type` wild-type ones.
pub(crate) fn rare(n: u64, wild_type: u32, tier: Option<Tier>) -> Own {
    let own = junction(Class::Canonical, tier);
    Own {
        facts: EvidenceFacts {
            class: Class::Canonical,
            wild_type,
            ..pinned::chimera(u32::try_from(n).unwrap())
        },
        molecules: (100..100 + n).collect(),
        ..own
    }
}

pub(crate) const HIGH: Option<Tier> = Some(Tier::High);
pub(crate) const MEDIUM: Option<Tier> = Some(Tier::Medium);
pub(crate) const LOW: Option<Tier> = Some(Tier::Low);
