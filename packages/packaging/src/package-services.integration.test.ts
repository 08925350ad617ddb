import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { tablesOf } from '@qdn/cloudformation/resources';
import { packageServices } from './package-services.ts';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** Every service has it: two concurrent runs of the tool in one folder overwrite each other's templates. */
const oneAtATime = fileURLToPath(new URL('../../../config/one-at-a-time-plugin.cjs', import.meta.url));

const yml = (table: string) => `
service: tiny
frameworkVersion: "^4.3.0"
provider: { name: aws, runtime: nodejs24.x, region: us-east-1 }
resources:
  Resources:
    Table:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: ${table}
        BillingMode: PAY_PER_REQUEST
        AttributeDefinitions: [{ AttributeName: pk, AttributeType: S }]
        KeySchema: [{ AttributeName: pk, KeyType: HASH }]
`;

/** Timeout of a packaging, which takes a second, and much longer on a busy machine. */
const TIMEOUT_MS = 60_000;

describe('packaging a service for its template', () => {
  let repository: string;
  let cache: string;
  let log: string[];

  beforeEach(() => {
    repository = mkdtempSync(join(tmpdir(), 'package-'));
    cache = join(repository, 'cache');
    log = [];
    symlinkSync(modules, join(repository, 'node_modules'));
    mkdirSync(join(repository, 'services/tiny/src'), { recursive: true });
    mkdirSync(join(repository, 'packages/edge-function/src'), { recursive: true });
    write('serverless.yml', yml('first'));
  });
  afterEach(() => rmSync(repository, { recursive: true }));

  const write = (file: string, content: string) => writeFileSync(join(repository, 'services/tiny', file), content);
  const packageTiny = async () => {
    const { tiny } = await packageServices(repository, ['tiny'], cache, (line) => log.push(line));
    return tiny ? tablesOf(tiny).map(({ definition }) => definition.TableName) : null;
  };

  test(
    'happens once, until an input of its template changes',
    async () => {
      expect(await packageTiny()).toEqual(['first']);
      write('src/handler.ts', 'export const x = 1;');
      write('../../packages/edge-function/src/viewer-request.test.ts', 'test');
      expect(await packageTiny()).toEqual(['first']);
      expect(log).toEqual(['Packaging tiny']);

      write('serverless.yml', yml('second'));
      expect(await packageTiny()).toEqual(['second']);
      write('../../packages/edge-function/src/viewer-request.ts', 'function handler() {}');
      expect(await packageTiny()).toEqual(['second']);
      expect(log).toEqual(Array(3).fill('Packaging tiny'));
      expect(readdirSync(cache)).toHaveLength(1);
      expect(readdirSync(join(repository, 'services/tiny')).sort()).toEqual(['serverless.yml', 'src']);
    },
    TIMEOUT_MS,
  );

  test(
    'gives concurrent callers the same package, and replaces an incomplete one',
    async () => {
      write('plugins.cjs', `module.exports = require(${JSON.stringify(oneAtATime)});`);
      write('serverless.yml', `${yml('first')}plugins: [./plugins.cjs]\n`);
      expect(await Promise.all([packageTiny(), packageTiny()])).toEqual([['first'], ['first']]);
      const [folder = ''] = readdirSync(cache);
      writeFileSync(join(cache, folder, 'cloudformation-template-update-stack.json'), '{"Resources":{"Ta');
      mkdirSync(join(cache, `${folder}.unfinished-999999999`));
      expect(await packageTiny()).toEqual(['first']);
      expect(readdirSync(cache)).toEqual([folder]);
    },
    TIMEOUT_MS,
  );

  test(
    'gives concurrent callers with different params their own packages',
    async () => {
      // As long as functions take to be built.
      write(
        'plugins.cjs',
        `const Plugin = require(${JSON.stringify(oneAtATime)});
        module.exports = class extends Plugin {
          constructor(...all) {
            super(...all);
            this.hooks['package:createDeploymentArtifacts'] = () => new Promise((done) => setTimeout(done, 1000));
          }
        };`,
      );
      write('serverless.yml', `${yml(`"\${param:table}"`)}plugins: [./plugins.cjs]\n`);
      const tables = ['a-table', 'b-table', 'c-table', 'd-table'];
      const packaged = tables.map(async (table) => {
        const { tiny } = await packageServices(repository, ['tiny'], join(cache, table), undefined, { table });
        return tiny && tablesOf(tiny).map(({ definition }) => definition.TableName);
      });
      expect(await Promise.all(packaged)).toEqual(tables.map((table) => [table]));
    },
    TIMEOUT_MS,
  );

  test(
    'fails with the tool’s output when a service cannot be packaged',
    async () => {
      write('serverless.yml', `${yml('first')}configValidationMode: error\nnonsense: true\n`);
      await expect(packageTiny()).rejects.toThrow(/Packaging .*tiny failed:.*nonsense/s);
      expect(readdirSync(cache)).toEqual([]);
    },
    TIMEOUT_MS,
  );
});
