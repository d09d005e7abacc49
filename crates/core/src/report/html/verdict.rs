//! The conclusion at the head of the page, with its limit of detection.

use super::figure::At;
use crate::report::{
    schema::{FindingStatus, Input, SampleReport, State},
    wording::{clean, shortened},
};

impl<'a> At<'a, SampleReport> {
    /// How the conclusion looks: `shown`, `clear` or `open`.
    pub(super) fn look(&self) -> &'static str {
        match self.conclusion.state {
            State::Rearranged | State::Ptd => "shown",
            State::NotDetected => "clear",
            State::Inconclusive => "open",
        }
    }

    /// Meaning of the label in unmistakable words; empty if the headline gives it.
    pub(super) fn meaning(&self) -> &'static str {
        let findings = &self.conclusion.findings;
        match self.conclusion.state {
            State::Rearranged | State::Ptd => "",
            State::NotDetected if self.conclusion.is_major_only() => {
                "nothing is detected in the major region above the stated limit; the minor region was not examined"
            }
            State::NotDetected => "nothing is detected above the stated limit",
            // A detected breakpoint is stated.
            State::Inconclusive
                if findings.reciprocal.is_detected() || findings.break_without_partner.is_detected() =>
            {
                "a KMT2A breakpoint is seen, its 5' product neither shown nor excluded: this is NOT a negative result"
            }
            State::Inconclusive if self.lead_event().is_some() => {
                "suspected, neither shown nor excluded: this is NOT a negative result"
            }
            State::Inconclusive => "neither shown nor excluded: this is NOT a negative result",
        }
    }

    /// The findings by name.
    pub(super) fn findings(&self) -> [(&'static str, FindingStatus, &'a str); 4] {
        let findings = &self.of.conclusion.findings;
        let (reciprocal, without) = (&findings.reciprocal, &findings.break_without_partner);
        [
            ("Fusion", findings.fusion.status, &findings.fusion.text),
            ("Partial tandem duplication", findings.ptd.status, &findings.ptd.text),
            ("Reciprocal", reciprocal.status, &reciprocal.text),
            ("Break without partner", without.status, &without.text),
        ]
    }

    /// Open points of the conclusion: not excluded, or not assessed; empty for none.
    pub(super) fn left_open(&self) -> String {
        let mut open = self.conclusion.not_excluded.clone();
        let carried = Some(&self.conclusion.carry_over).filter(|text| self.look() == "shown" && !text.is_empty());
        open.extend(carried.map(|text| format!("carry-over from another sample of the run: {text}")));
        shortened(&open.join("; "), 600)
    }

    /// The sample's name, cut to fit.
    pub(super) fn sample(&self) -> String {
        shortened(&clean(&self.sample), 80)
    }

    /// Running head of every printed page.
    pub(super) fn running(&self) -> String {
        let mut words = vec![shortened(&clean(&self.sample), 60), self.conclusion.label().to_owned()];
        let mut builds: Vec<String> = self.inputs.iter().map(|input| shortened(&input.build, 20)).collect();
        builds.dedup();
        words.extend(builds);
        words.push(format!("{} {}", self.tool.name, self.tool.version));
        words.join(" · ")
    }
}

/// `RNA, GRCh38, STAR`.
pub(super) fn material(input: &Input) -> String {
    let aligner = match input.aligner.name.as_str() {
        "unknown" => "aligner not known",
        name => name,
    };
    let words = [
        input.assay.to_uppercase(),
        input.build.clone(),
        aligner.to_owned(),
        if input.paired { "paired reads" } else { "single reads" }.to_owned(),
        clean(&input.file),
    ];
    let mut words = words.map(|word| shortened(&word, 60)).to_vec();
    words.retain(|word| !word.is_empty());
    words.join(", ")
}
