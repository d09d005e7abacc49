use super::*;
use crate::example;
use breakapart_core::report::schema::{Frame, Tier};
use breakapart_core::report::{Format, discarded_tsv, fusions_tsv};

#[test]
fn arribas_thirty_columns() {
    let row = only_row(&format!(
        "{ARRIBA}KMT2A\tAFF1\t+/+\t+/+\tchr11:118482495\tchr4:87084120\tCDS/splice-site\tCDS/splice-site\ttranslocation\t12\t7\t3\t200\t60\thigh\tin-frame\t.\t.\t.\t.\tENSG1\tENSG2\tENST1\tENST2\tdownstream\tupstream\tduplicates(6),mismatches(1)\t.\t.\tr1,r2\n"
    ));
    assert_eq!(row.caller, Caller::Arriba);
    assert_eq!(
        (row.gene5.as_slice(), row.gene3.as_slice()),
        (&["KMT2A".to_owned()][..], &["AFF1".to_owned()][..])
    );
    assert_eq!(row.breakpoint5, place("chr11", 118_482_495));
    assert_eq!(row.breakpoint3, place("chr4", 87_084_120));
    assert_eq!((row.tier, row.frame), (Some(Tier::High), Frame::InFrame));
    assert_eq!((row.split, row.spanning, row.line), (Some(19), Some(3), 2));
    assert_eq!((row.listed, row.ended_by()), (Listed::Called, None));
    assert_eq!(row.extra["type"], "translocation");
}

#[test]
fn a_filter_without_a_number_marks_an_arriba_row_as_discarded() {
    let row = only_row(&format!(
        "{ARRIBA}MLLT3\tKMT2A\t-/-\t+/+\t9:20365742\t11:118484183\tCDS\tCDS\ttranslocation\t5\t3\t0\t.\t.\tlow\t.\t.\t.\t.\t.\t.\t.\t.\t.\tupstream\tupstream\tduplicates(2),relative_support\t.\t.\t.\n"
    ));
    assert_eq!(
        (row.listed, row.ended_by()),
        (Listed::Discarded, Some("relative_support"))
    );
    assert_eq!((row.tier, row.frame), (Some(Tier::Low), Frame::Unknown));
}

#[test]
fn arribas_twenty_four_columns_and_intergenic_genes() {
    let text = "gene1\tgene2\tstrand1\tstrand2\tbreakpoint1\tbreakpoint2\tsite1\tsite2\ttype\tdirection1\tdirection2\tsplit_reads1\tsplit_reads2\tdiscordant_mates\tcoverage1\tcoverage2\tconfidence\tclosest_genomic_breakpoint1\tclosest_genomic_breakpoint2\tfilters\tfusion_transcript\treading_frame\tpeptide_sequence\tread_identifiers\n\
        KMT2A\tPTPN13(1200),SLC10A6(25346)\t+/+\t./+\t11:118355029\t4:87854152\tsplice-site\tintergenic\ttranslocation\tdownstream\tupstream\t4\t2\t1\t128\t49\tmedium\t.\t.\tduplicates(6)\t.\tout-of-frame\t.\t.\n";
    let row = only_row(text);
    assert_eq!(row.caller, Caller::Arriba);
    assert_eq!(row.gene3, ["PTPN13", "SLC10A6"]);
    assert_eq!(
        (row.tier, row.frame, row.split),
        (Some(Tier::Medium), Frame::OutOfFrame, Some(6))
    );
    assert!(row.breakpoint5.as_ref().is_some_and(|place| place.same_contig("chr11")));
}

#[test]
fn our_own_tables() {
    let report = example::fusion();
    let called = read(&fusions_tsv::render(&report).unwrap()[..], "x", ReadLimits::default()).unwrap();
    assert_eq!(called.caller, Caller::Breakapart);
    assert_eq!(called.skipped_count, 0);
    let names: Vec<String> = called.rows.iter().map(CallerRow::name).collect();
    assert_eq!(names, ["KMT2A::AFF1", "AFF1::KMT2A", "KMT2A::AFF1"]);
    assert_eq!(called.rows[0].split, Some(54), "clipped molecules count as split");
    assert_eq!(called.rows[0].extra["junction"], "E1.1");
    assert!(called.rows.iter().all(|row| row.listed == Listed::Called));
    let discarded = read(&discarded_tsv::render(&report).unwrap()[..], "x", ReadLimits::default()).unwrap();
    assert_eq!(discarded.caller, Caller::Breakapart);
    assert_eq!(discarded.rows[0].ended_by(), Some("background-ptd"));
    assert_eq!(
        (discarded.rows[0].listed, discarded.rows[0].tier),
        (Listed::Discarded, None)
    );
}

#[test]
fn star_fusion_abridged_full_and_with_coding_effect() {
    let abridged = "#FusionName\tJunctionReadCount\tSpanningFragCount\test_J\test_S\tSpliceType\tLeftGene\tLeftBreakpoint\tRightGene\tRightBreakpoint\tLargeAnchorSupport\tFFPM\tLeftBreakDinuc\tLeftBreakEntropy\tRightBreakDinuc\tRightBreakEntropy\tannots\n\
        KMT2A--MLLT3\t12\t4\t12.00\t4.00\tONLY_REF_SPLICE\tKMT2A^ENSG00000118058.23\tchr11:118484314:+\tMLLT3^ENSG00000171843.16\tchr9:20365744:-\tYES_LDAS\t0.41\tGT\t1.8\tAG\t1.9\t[\"Mitelman\",\"INTERCHROMOSOMAL[chr11--chr9]\"]\n";
    let row = only_row(abridged);
    assert_eq!((row.caller, row.name().as_str()), (Caller::StarFusion, "KMT2A::MLLT3"));
    assert_eq!(row.breakpoint3, place("chr9", 20_365_744));
    assert_eq!((row.split, row.spanning), (Some(12), Some(4)));
    assert_eq!((row.tier, row.frame), (Some(Tier::Medium), Frame::Unknown));

    let full = "#FusionName\tJunctionReadCount\tSpanningFragCount\tSpliceType\tLeftGene\tLeftBreakpoint\tRightGene\tRightBreakpoint\tJunctionReads\tSpanningFrags\tLargeAnchorSupport\tFFPM\n\
        HLA-A--KMT2A\t1\t0\tINCL_NON_REF_SPLICE\tHLA-A^ENSG1\tchr6:29942757:+\tKMT2A^ENSG2\tchr11:118484183:+\tr1\t.\tNO_LDAS\t0.1\n";
    assert_eq!(only_row(full).name(), "HLA-A::KMT2A");

    let coding = "#FusionName\tLeftGene\tLeftBreakpoint\tRightGene\tRightBreakpoint\tPROT_FUSION_TYPE\n\
        A--B\tA^1\tchr1:10:+\tB^2\tchr2:20:-\tINFRAME\nA--C\tA^1\tchr1:10:+\tC^2\tchr3:20:-\tFRAMESHIFT\nA--D\tA^1\tchr1:10:+\tD^2\tchr3:20:-\t.\n";
    let frames: Vec<Frame> = table(coding).rows.iter().map(|row| row.frame).collect();
    assert_eq!(frames, [Frame::InFrame, Frame::OutOfFrame, Frame::Unknown]);
}

#[test]
fn fusion_catcher_counts_junction_reads_as_split_and_has_no_chr() {
    let text = "Gene_1_symbol(5end_fusion_partner)\tGene_2_symbol(3end_fusion_partner)\tFusion_description\tCounts_of_common_mapping_reads\tSpanning_pairs\tSpanning_unique_reads\tLongest_anchor_found\tFusion_finding_method\tFusion_point_for_gene_1(5end_fusion_partner)\tFusion_point_for_gene_2(3end_fusion_partner)\tGene_1_id(5end_fusion_partner)\tGene_2_id(3end_fusion_partner)\tExon_1_id(5end_fusion_partner)\tExon_2_id(3end_fusion_partner)\tFusion_sequence\tPredicted_effect\n\
        KMT2A\tAFDN\tknown,oncogene\t0\t9\t5\t31\tBOWTIE;BOWTIE+STAR\t11:118482495:+\t6:167864551:+\tENSG1\tENSG2\t\t\tACG*TTT\tin-frame\n\
        KMT2A\t\t\t0\t3\t2\t20\tBOWTIE\t11:118482495:+\t6:100:-\tENSG1\tENSG00000999999\t\t\tACG*TTT\tCDS(truncated)/intronic\n";
    let table = table(text);
    assert_eq!(table.skipped, []);
    let row = &table.rows[0];
    assert_eq!(
        (row.caller, row.name().as_str()),
        (Caller::FusionCatcher, "KMT2A::AFDN")
    );
    assert_eq!((row.split, row.spanning, row.frame), (Some(5), Some(9), Frame::InFrame));
    assert_eq!(row.breakpoint5, place("11", 118_482_495));
    assert_eq!(
        row.breakpoint5
            .as_ref()
            .unwrap()
            .distance(&place("chr11", 118_482_490).unwrap()),
        Some(5)
    );
    assert_eq!(table.rows[1].gene3, ["ENSG00000999999"]);
}

#[test]
fn jaffa_with_one_colon_and_with_two() {
    let header = "sample,fusion genes,chrom1,base1,strand1,chrom2,base2,strand2,gap (kb),spanning pairs,spanning reads,inframe,aligns,rearrangement,contig,contig break,classification,known\n";
    let old = only_row(&format!(
        "{header}p1.fastq,KMT2A:ELL,chr11,118484314,+,chr19,18472882,-,Inf,-,10,TRUE,TRUE,TRUE,\"c1,2\",370,HighConfidence,Yes\n"
    ));
    assert_eq!((old.caller, old.name().as_str()), (Caller::Jaffa, "KMT2A::ELL"));
    assert_eq!(
        (old.tier, old.frame, old.split, old.spanning),
        (Some(Tier::High), Frame::InFrame, Some(10), None)
    );
    assert_eq!(old.sample.as_deref(), Some("p1.fastq"));
    let new = only_row(&format!(
        "{header}p1,KMT2A::ELL,11,118484314,+,19,18472882,-,Inf,2,1,FALSE,TRUE,TRUE,c,370,PotentialReadThrough,-\n"
    ));
    assert_eq!(
        (new.name().as_str(), new.tier, new.frame),
        ("KMT2A::ELL", Some(Tier::Low), Frame::OutOfFrame)
    );
    assert_eq!(
        (old.breakpoint3, new.breakpoint3),
        (place("chr19", 18_472_882), place("19", 18_472_882))
    );
}

#[test]
fn ciceros_order_is_known_only_with_an_arrow() {
    let header = "sample\tgeneA\tchrA\tposA\tortA\tfeatureA\tgeneB\tchrB\tposB\tortB\tfeatureB\tsv_ort\treadsA\treadsB\tmatchA\tmatchB\ttype\tscore\trating\tmedal\tfunctional effect\tframe\n";
    let text = format!(
        "{header}s1\tKMT2A\tchr11\t118482495\t+\tcoding\tMLLT10\tchr10\t21651673\t+\tcoding\t>\t14\t9\t80\t70\tCTX\t12.5\tHQ\t4\tFusion\t1\n\
         s1\tNA\tchr11\t118482000\t+\tintron\tMLLT10\tchr10\t21651673\t+\tcoding\t?\t2\t0\t80\t70\tCTX\t0.5\tLQ\t0\t\t2\n"
    );
    let table = table(&text);
    let (first, second) = (&table.rows[0], &table.rows[1]);
    assert_eq!(
        (first.is_order_known, first.tier, first.frame, first.split),
        (true, Some(Tier::High), Frame::InFrame, Some(23))
    );
    assert_eq!(
        (second.is_order_known, second.tier, second.frame),
        (false, Some(Tier::Low), Frame::Unknown)
    );
    assert_eq!(second.gene5, ["."]);
}

#[test]
fn our_output_in_star_fusions_columns() {
    let report = example::fusion();
    let read = read(
        &Format::StarFusion.render(&report).unwrap()[..],
        "x",
        ReadLimits::default(),
    )
    .unwrap();
    assert_eq!((read.caller, read.skipped_count), (Caller::StarFusion, 0));
    let names: Vec<String> = read.rows.iter().map(CallerRow::name).collect();
    assert_eq!(names, ["KMT2A::AFF1", "AFF1::KMT2A", "KMT2A::AFF1"]);
    let lead = &read.rows[0];
    assert_eq!((lead.split, lead.spanning), (Some(54), Some(9)));
    let fives = lead.breakpoint5.as_ref().unwrap();
    assert!(fives.same_contig("chr11") && fives.position == 118_482_495, "{fives}");
}
