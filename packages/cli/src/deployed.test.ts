import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { awsInWords, regionOf, STACKS, stackOf } from './deployed.ts';
import { createProgram } from './program.ts';

test('stacks have the names that the services are deployed under', () => {
  for (const [folder, service] of Object.entries(STACKS)) {
    const template = readFileSync(new URL(`../../../services/${folder}/serverless.yml`, import.meta.url), 'utf8');
    expect([folder, /^service: (\S+)$/m.exec(template)?.[1]]).toEqual([folder, service]);
  }
  expect(stackOf('tracking-site', 'prod')).toBe('qdn-tracking-site-prod');
});

test('the region is the option, the AWS CLI’s setting, else the default of sls', () => {
  const environment = { AWS_REGION: 'eu-west-2', AWS_DEFAULT_REGION: 'eu-west-1' };
  expect(regionOf({ region: 'us-west-2' }, environment)).toBe('us-west-2');
  expect(regionOf({}, environment)).toBe('eu-west-2');
  expect(regionOf({}, { AWS_DEFAULT_REGION: 'eu-west-1' })).toBe('eu-west-1');
  expect(regionOf({}, {})).toBe('us-east-1');
});

test('every command takes the stage and the region, before or after its name, and no other meaning of them', () => {
  const program = createProgram({ environment: {}, repository: '.', print: () => {}, note: () => {} });
  const all = (commands: typeof program.commands): typeof program.commands =>
    commands.flatMap((command) => [command, ...all([...command.commands])]);
  for (const command of all([...program.commands]))
    expect([command.name(), command.options.map(({ long }) => long)]).not.toEqual([
      command.name(),
      expect.arrayContaining([expect.stringMatching(/^--(stage|region|url|keys)$/)]),
    ]);
  for (const words of [
    ['--stage', 'prod', 'jobs'],
    ['jobs', '--stage', 'prod'],
    ['site', 'status', '--stage', 'prod'],
  ]) {
    const again = createProgram({ environment: {}, repository: '.', print: () => {}, note: () => {} });
    again.parseOptions(words);
    expect([words, again.opts()]).toEqual([words, { stage: 'prod' }]);
  }
});

test('explains errors of AWS', () => {
  const named = (name: string) => Object.assign(new Error('why'), { name });
  expect(awsInWords(named('CredentialsProviderError'))).toContain('aws sso login');
  expect(awsInWords(named('ExpiredTokenException'))).toBe('AWS refuses: why (ExpiredTokenException)');
  expect(awsInWords(named('TypeError'))).toBeNull();
});
