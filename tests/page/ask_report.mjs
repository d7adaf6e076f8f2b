// Answers questions to the data of a report: both come as JSON on standard input, the answers go to standard output.
import { readFileSync } from 'node:fs';
import { embeddedSource } from '../../layers/core/ecr_scan_reporter/web/page/embedded.mjs';

const { data, targets } = JSON.parse(readFileSync(0, 'utf8'));
const source = embeddedSource(data);
const answers = [];
for (const target of targets) {
  answers.push(await source.ask(target).catch((error) => ({ error: error.message })));
}
process.stdout.write(JSON.stringify(answers));
