import java.nio.file.Files

/** Samples without a report: named when the run ends, with the program's message. */
class Failures {

    /** Writes failed_samples.tsv and says how the run ended. */
    static void tell(outdir, workflow, log) {
        def samples = file("${outdir}/samples_mqc.tsv")
        if (!Files.exists(samples)) { return }
        def failed = samples.readLines().findAll { it.endsWith('\tfailed') }.collect { it.split('\t')[0] }
        def total = samples.readLines().count { !it.startsWith('#') } - 1
        def reasons = reasons(file("${outdir}/pipeline_info/trace.tsv"))
        def table = file("${outdir}/failed_samples.tsv")
        table.text = (['sample\texit_status\treason'] + failed.sort().collect { id ->
            def (exit, reason) = reasons[id] ?: ['.', 'no task finished']
            "${id}\t${exit}\t${reason}"
        }).join('\n') + '\n'
        if (failed) {
            log.warn "${failed.size()} of ${total} samples failed, the others are finished (${outdir}/failed_samples.tsv):"
            failed.sort().each { id -> log.warn "  ${id}: ${(reasons[id] ?: ['.', 'no task finished'])[1]}" }
        } else if (workflow.success) {
            log.info "all ${total} samples finished: ${outdir}/cohort/cohort.html"
        }
    }

    /** Last failure of each sample from the trace: exit status, and the last line of its standard error. */
    private static Map<String, List> reasons(trace) {
        if (!Files.exists(trace)) { return [:] }
        def lines = trace.readLines()
        def header = lines[0].split('\t') as List
        def out = [:]
        lines.drop(1).each { line ->
            def row = [header, line.split('\t') as List].transpose().collectEntries()
            if (row.status != 'FAILED' || row.tag == '-') { return }
            def err = file("${row.workdir}/.command.err")
            def said = Files.exists(err) ? err.readLines().findAll { it.trim() } : []
            def last = said.reverse().find { it =~ /(?i)error/ } ?: (said ? said.last() : 'no message')
            out[row.tag] = [row.exit, last.trim().replaceAll(/\t/, ' ')]
        }
        out
    }

    private static file(String path) { nextflow.Nextflow.file(path) }
}
