import groovy.json.JsonSlurper

/** The sample sheet: reads it, checks it against assets/schema_input.json, and plans its run. */
class SampleSheet {

    /** Rows as maps of column to text (without empty cells). Faults are added to `problems`. */
    static List<Map> read(file, schemaFile, List<String> problems) {
        if (!file.exists()) {
            problems << 'no such file'
            return []
        }
        def schema = new JsonSlurper().parseText(schemaFile.text)
        def lines = cells(file.text)
        if (!lines) {
            problems << 'empty'
            return []
        }
        def header = lines[0].collect { it.trim() }
        def twice = header.findAll { name -> header.count(name) > 1 }.unique()
        if (twice) { problems << "duplicate column: ${twice.join(', ')}".toString() }
        (schema.items.required as List).findAll { !(it in header) }.each { problems << "no column `${it}`".toString() }
        if (problems) { return [] }
        def rows = []
        lines.drop(1).eachWithIndex { values, number ->
            def place = "row ${number + 1}".toString()
            if (values.size() > header.size()) {
                problems << "${place}: ${values.size()} cells, the header has ${header.size()}".toString()
                return
            }
            def row = [:]
            header.eachWithIndex { name, i ->
                def value = i < values.size() ? values[i].trim() : ''
                if (value) { row[name] = value }
            }
            check(row, schema.items, place, problems)
            rows << row
        }
        if (!rows) { problems << 'no sample' }
        (schema.uniqueEntries as List ?: []).each { name ->
            rows.groupBy { it[name] }.findAll { key, group -> key && group.size() > 1 }
                .each { key, group -> problems << "${name} `${key}` appears ${group.size()} times".toString() }
        }
        rows
    }

    /** Missing files named in the rows; URLs are left to their tasks. */
    static List<String> missing(List<Map> rows, Closure exists) {
        def columns = ['alignment', 'index', 'chimeric', 'fastq_1', 'fastq_2']
        rows.collectMany { row ->
            columns.findAll { row[it] && !row[it].contains('://') && !exists(row[it]) }
                .collect { "sample `${row.sample}`: ${it} ${row[it]}: no such file".toString() }
        }
    }

    private static void check(Map row, Map rules, String place, List<String> problems) {
        (rules.required as List).findAll { !row[it] }.each { problems << "${place}: `${it}` is empty".toString() }
        rules.properties.each { name, rule ->
            def value = row[name]
            if (value == null) { return }
            def bad = (rule.pattern && !(value ==~ rule.pattern))
                || (rule.enum && !(value in rule.enum))
                || (rule.maxLength && value.size() > rule.maxLength)
            if (bad) { problems << "${place}: ${name} `${value.take(60)}`: ${rule.errorMessage}".toString() }
        }
        (rules.dependentRequired ?: [:]).each { name, others ->
            if (row[name]) {
                others.findAll { !row[it] }.each { problems << "${place}: `${name}` needs `${it}`".toString() }
            }
        }
        if (rules.oneOf) {
            def met = rules.oneOf.count { option -> (option.required as List).every { row[it] } }
            if (met != 1) {
                problems << "${place}: give one of ${rules.oneOf.collect { '`' + it.required.join('`, `') + '`' }.join(' or ')}".toString()
            }
        }
    }

    /** Cells of a CSV text: quotes, doubled quotes, either line end; empty lines are skipped. */
    static List<List<String>> cells(String text) {
        def lines = [], line = [], cell = new StringBuilder()
        boolean quoted = false
        def body = text.startsWith('\uFEFF') ? text.substring(1) : text
        def endCell = { line << cell.toString(); cell = new StringBuilder() }
        def endLine = {
            endCell()
            if (line.any { it.trim() }) { lines << line }
            line = []
        }
        for (int i = 0; i < body.length(); i++) {
            char c = body.charAt(i)
            if (quoted) {
                if (c != ('"' as char)) {
                    cell.append(c)
                } else if (i + 1 < body.length() && body.charAt(i + 1) == ('"' as char)) {
                    cell.append(c)
                    i++
                } else {
                    quoted = false
                }
            } else if (c == ('"' as char)) {
                quoted = true
            } else if (c == (',' as char)) {
                endCell()
            } else if (c == ('\n' as char)) {
                endLine()
            } else if (c != ('\r' as char)) {
                cell.append(c)
            }
        }
        if (cell.length() || line) { endLine() }
        lines
    }

    /** The tasks that a run of these rows would start. Hours are from docs/benchmark.md, on one core. */
    static String plan(List<Map> rows, Map params) {
        def aligned = rows.findAll { it.alignment }
        def reads = rows.findAll { it.fastq_1 }
        def rna = reads.findAll { it.assay != 'dna' }
        def dna = reads.findAll { it.assay == 'dna' }
        def indexed = aligned.findAll { it.index }
        def aligner = params.rna_aligner.toString().toUpperCase()
        def out = []
        out << "plan of ${params.input}"
        out << "  samples           ${rows.size()} of ${rows*.patient.unique().size()} patients: " +
            "${rows.count { it.assay == 'rna' }} RNA, ${rows.count { it.assay == 'dna' }} DNA"
        out << "  alignments        ${aligned.size()} (${indexed.size()} with an index in the sheet; an index next to the file is found)"
        out << "  reads to align    ${reads.size()} (${rna.size()} ${aligner}, ${dna.size()} BWA-MEM)"
        out << "  tasks             ${reads.size()} align, ${rows.size()} call, 1 cohort, 1 MultiQC"
        if (rna && !params.star_index && !params.hisat2_index && params.fasta) { out << "                    1 index for RNA" }
        if (dna && !params.bwa_index && params.fasta) { out << "                    1 index for DNA" }
        // Indexed: 0.2 s per sample; streamed: 0.5 s per million records, for 100 million.
        def light = rows.size() * 0.2 / 3600
        def heavy = (aligned.size() - indexed.size()) * 50 / 3600
        out << String.format(Locale.ROOT, "  calling, one core %.2f h if all are indexed; up to %.1f h more if %d files without index have 100 million records", light as double, heavy as double, aligned.size() - indexed.size())
        def lacking = (reads && !params.fasta) ? [[rna, params.rna_aligner == 'hisat2' ? 'hisat2_index' : 'star_index'], [dna, 'bwa_index']]
            .findAll { group, option -> group && !params[option] }.collect { "--${it[1]}" } : []
        if (lacking) { out << "  missing           --fasta, or ${lacking.join(' and ')}" }
        if (aligned.any { it.alignment.endsWith('.cram') } && !params.fasta) { out << '  missing           --fasta, which CRAM needs' }
        out << '  nothing was started'
        out.join('\n')
    }
}
