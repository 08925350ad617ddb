import { join } from 'node:path';
import { checkCompanyFile, findCompany } from '@qdn/company';
import { OWNER_FILE, readOwnerFile } from '@qdn/owner-credentials/owner-file';
import { bad, type Check, good, open } from './findings.ts';

/** Oldest major version of Node that the system supports. */
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
    // A named example is intended.
    if (!found.isExample || environment['QDN_COMPANY_FILE'] !== undefined) return good(`${found.name} is valid`);
    return mustBeOwn
      ? bad('config/company.json does not exist: this is the example company', './qdn init')
      : open('config/company.json does not exist yet; the example is used. Create yours: ./qdn init');
  },
});

const credentials = ({ repository }: Machine): Check => ({
  name: OWNER_FILE,
  look: async () => {
    try {
      if (readOwnerFile(join(repository, OWNER_FILE))) return good(`${OWNER_FILE} is filled in`);
      return open(`${OWNER_FILE} does not exist; npm start invents an account. To use yours: ./qdn secrets init`);
    } catch (error) {
      return bad(error instanceof Error ? error.message : String(error), `Change it in ${OWNER_FILE}`);
    }
  },
});

/** Returns the checks of a machine that runs the local system. */
export const checkMachine = (machine: Machine): Check[] => [
  node(machine),
  company(machine, false),
  credentials(machine),
];
/** Returns the checks of a machine that deploys and operates. */
export const checkOperatorMachine = (machine: Machine): Check[] => [node(machine), company(machine, true)];

/** Returns the check of the local system. @param edgeUrl its address; null when it is not running */
export const checkLocalSystem = (edgeUrl: string | null): Check => ({
  name: 'The local system',
  look: async () => {
    if (edgeUrl === null) return open('The local system is not running. Start it with: npm start');
    try {
      const { status } = await fetch(`${edgeUrl}/robots.txt`, { signal: AbortSignal.timeout(5000) });
      if (status === 200) return good(`${edgeUrl} answers`);
      return bad(`${edgeUrl} answers ${status}`, 'Start it again: npm start');
    } catch {
      return open(`The local system (${edgeUrl}) has stopped. Start it with: npm start`);
    }
  },
});
