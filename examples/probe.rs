use breakapart::*;
use std::path::PathBuf;
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let reference = std::env::var("REF").ok().map(PathBuf::from);
    for path in &args[1..] {
        let options = input::InputOptions {
            reference: reference.clone(),
            ..Default::default()
        };
        let mut file = match input::open(&input::Source::from_argument(path.as_ref()), &options) {
            Ok(f) => f,
            Err(e) => {
                println!("{e}");
                continue;
            }
        };
        let build = file.header().build;
        let contigs = file.header().contigs.clone();
        let models = catalogue::GeneModels::bind(build, &contigs, vec![]);
        let collected = collect::collect(&mut file, &models, &catalogue::windows(build)).unwrap();
        let none = genome::sequence::NoSequence;
        let source: &dyn genome::SequenceSource = file.reference().unwrap_or(&none);
        let config = assemble::AssembleConfig {
            spliced: true,
            margin: 0,
            fragment_len_max: collected.profile.fragment_len_max(),
        };
        let assembly = assemble::assemble(&collected.fragments, &models, source, &config);
        let annotation = annotate::annotate(assembly, &models, &contigs, source, true);
        let judged = judge::judge(annotation, &collected.profile, &judge::JudgeConfig::default());
        println!(
            "# {path} fragments {} mol {} fl {:?} rl {} by {:?} chim {} donors {}",
            collected.fragments.len(),
            collected.profile.molecules,
            collected.profile.fragment_len,
            collected.profile.read_len,
            collected.molecules_by,
            judged.context.chimeras,
            (7..=13)
                .chain(20..=23)
                .map(|e| format!("{e}:{}", collected.profile.molecules_at(e)))
                .collect::<Vec<_>>()
                .join(" ")
        );
        for e in &judged.events {
            for m in &e.group.members {
                let j = &judged.junctions[m.junction];
                let c = &j.annotated.candidate;
                if std::env::var("ALL").is_err() && j.judgement.tier.is_none() {
                    continue;
                }
                println!(
                    "  {:?} {:?} {:?} {}::{} {}:{} {}:{} e{:?}-e{:?} {} ins {} amb {}/{} {:?} score {:.4} {:?}",
                    e.tier,
                    j.judgement.tier,
                    j.annotated.class,
                    j.annotated.five.symbol(),
                    j.annotated.three.symbol(),
                    contigs.name(c.junction.five.contig),
                    c.junction.five.position,
                    contigs.name(c.junction.three.contig),
                    c.junction.three.position,
                    j.annotated.five.exon,
                    j.annotated.three.exon,
                    j.annotated.frame.name(),
                    String::from_utf8_lossy(&c.junction.inserted),
                    c.ambiguity.back,
                    c.ambiguity.forth,
                    (
                        c.evidence.molecules,
                        c.evidence.split,
                        c.evidence.clip,
                        c.evidence.spanning,
                        c.evidence.anchor_min_max
                    ),
                    j.judgement.model_score,
                    j.judgement.reasons.iter().map(|r| r.code).collect::<Vec<_>>()
                );
            }
        }
    }
}
