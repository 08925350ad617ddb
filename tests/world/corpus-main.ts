import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CORPUS_DIRECTORY, printedReport, readCorpus, reportOf, runCorpus } from '@qdn/world';
import { acceptCorpus } from './corpus-bounds.ts';
import { openVirtualSystem } from './virtual-system.ts';

const HELP = `npm run world:corpus -- [--cases DIR]... [--only TEXT] [--story] [--json FILE] [--accept]

Plays each entry of the corpus on a system of its own and compares the result with its expectation.
  --cases DIR   a further folder with files in the corpus's format; can be repeated
  --only TEXT   only entries whose ID or kind contains the text
  --story       prints the texts around each entry
  --json FILE   writes shares and failures as JSON
  --accept      writes the shares of the own corpus into docs/scoreboard.md
`;

const { values } = parseArgs({
  options: {
    cases: { type: 'string', multiple: true, default: [] },
    only: { type: 'string', default: '' },
    story: { type: 'boolean', default: false },
    json: { type: 'string' },
    accept: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(HELP);
else {
  const entries = [CORPUS_DIRECTORY, ...values.cases].flatMap((directory) => readCorpus(directory));
  const chosen = entries.filter(({ id, kind }) => id.includes(values.only) || kind === values.only);
  const results = await runCorpus(chosen, openVirtualSystem);
  const report = reportOf(results);
  if (values.story)
    for (const { id, story, faults } of results)
      process.stdout.write(`${id}: ${faults.join('; ')}\n  ${story.join('\n  ')}\n`);
  process.stdout.write(printedReport(report));
  if (values.accept && chosen.length === readCorpus().length) acceptCorpus(report);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
}
