import { join } from 'node:path';
import { checkCompanyFile, findCompany } from '@qdn/company';
import { OWNER_FILE, readOwnerFile } from '@qdn/owner-credentials/owner-file';
import { bad, type Check, good, open } from './findings.ts';

/** Node's oldest major version that everything here runs on. */
const OLDEST_NODE = 20;

type Machine = {
  repository: string;
  environment: NodeJS.ProcessEnv;
  /** `process.version`: "v24.21.0" */
  nodeVersion: string;
};

const node = ({ nodeVersion }: Machine): Check => ({
  name: 'Node',
  look: async () =>
    Number(/^v(\d+)/.exec(nodeVersion)?.[1]) >= OLDEST_NODE
      ? good(`Node ${nodeVersion}`)
      : bad(`Node ${nodeVersion} is too old`, `Install Node ${OLDEST_NODE} or newer: https://nodejs.org`),
});

const company = ({ repository, environment }: Machine, mustBeOwn: boolean): Check => ({
  name: 'The company file',
  look: async () => {
    const found = findCompany(repository, environment);
    const sentences = checkCompanyFile(found);
    if (sentences.length > 0)
      return sentences.map((sentence) =>
        bad(`${found.name}: ${sentence}`, `Change it in ${found.name}, or: ./qdn init`),
      );
    // Whoever names the example means it, as the deployment does.
    if (!found.isExample || environment['QDN_COMPANY_FILE'] !== undefined) return good(`${found.name} is right`);
    return mustBeOwn
      ? bad('There is no config/company.json: what is here is an example', './qdn init')
      : open('There is no config/company.json yet: the example serves. Yours: ./qdn init');
  },
});

const credentials = ({ repository }: Machine): Check => ({
  name: OWNER_FILE,
  look: async () => {
    try {
      if (readOwnerFile(join(repository, OWNER_FILE))) return good(`${OWNER_FILE} is filled in`);
      return open(`There is no ${OWNER_FILE}: npm start makes an account up. Yours: ./qdn secrets init`);
    } catch (error) {
      return bad(error instanceof Error ? error.message : String(error), `Change it in ${OWNER_FILE}`);
    }
  },
});

/** What is on this machine, to try things out. */
export const checkMachine = (machine: Machine): Check[] => [
  node(machine),
  company(machine, false),
  credentials(machine),
];
/** What has to be on this machine to deploy and operate from it. */
export const checkOperatorMachine = (machine: Machine): Check[] => [node(machine), company(machine, true)];

/** Whether something runs here. @param edgeUrl its address; null when nothing does */
export const checkLocalSystem = (edgeUrl: string | null): Check => ({
  name: 'The local system',
  look: async () => {
    if (edgeUrl === null) return open('Nothing runs here. Start it: npm start');
    try {
      const { status } = await fetch(`${edgeUrl}/robots.txt`, { signal: AbortSignal.timeout(5000) });
      if (status === 200) return good(`${edgeUrl} answers`);
      return bad(`${edgeUrl} answers ${status}`, 'Start it again: npm start');
    } catch {
      return open(`What ran here last (${edgeUrl}) has ended. Start it: npm start`);
    }
  },
});
