import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createProgram } from '@qdn/cli/program';
import { resolve, type Template } from '@qdn/cloudformation/template';
import { METRICS } from '@qdn/lambda/metrics';
import { alarmOf } from './drill/evaluator.ts';
import { alarmsIn } from './drill/world.ts';
import { EVERYTHING, templatesWith } from './templates.ts';

/* Compares the alarms of the packaged services and the dashboard with docs/runbook.md. */

const repository = fileURLToPath(new URL('..', import.meta.url));
const runbook = readFileSync(join(repository, 'docs/runbook.md'), 'utf8');
const PARTS = ['Meaning.', 'Impact.', 'Check first.', 'Action.', 'Resolved when'];

let templates: Record<string, Template>;
let properties: Array<Record<string, unknown>>;
beforeAll(async () => {
  templates = await templatesWith(EVERYTHING);
  properties = Object.values(templates).flatMap(alarmsIn);
}, 240_000);

const entries = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((entry) => [entry.slice(0, entry.indexOf('\n')).trim(), entry]),
);
type Program = ReturnType<typeof createProgram>;
const nameOf = (alarm: { name: string }) => alarm.name.replace('qdn-dev-', '');

describe('the runbook', () => {
  test('has an entry for each alarm, and no other', () => {
    expect([...entries.keys()].toSorted()).toEqual(properties.map((one) => nameOf(alarmOf(one))).toSorted());
  });

  test('states the impact as the alarm’s description does, which links the entry', () => {
    for (const alarm of properties.map(alarmOf)) {
      const [impact = '', link] = alarm.description.split(' What to do: ');
      expect(link).toBe(`docs/runbook.md#${nameOf(alarm)}`);
      expect(entries.get(nameOf(alarm))).toContain(`**Impact.** ${impact}\n`);
    }
  });

  test('gives every entry the same parts in the same order', () => {
    for (const [name, entry] of entries) {
      const places = PARTS.map((part) => entry.indexOf(`**${part}`));
      expect([name, places]).toEqual([name, places.toSorted((a, b) => a - b)]);
      expect([name, Math.min(...places)]).toEqual([name, expect.any(Number)]);
      expect(places).not.toContain(-1);
    }
  });

  test('names only commands and options that exist', () => {
    const program = createProgram({ environment: {}, repository, print: () => {}, note: () => {} });
    const commands = [...runbook.matchAll(/^\.\/qdn (.+)$/gm)].map(([, command = '']) => command.split(' '));
    expect(commands.length).toBeGreaterThan(15);
    for (const words of commands) {
      let command: Program = program;
      for (const word of words) {
        const next = command.commands.find((one) => one.name() === word);
        if (!next) break;
        command = next;
      }
      expect([words, command === program]).toEqual([words, false]);
      for (const option of words.filter((word) => word.startsWith('--')))
        expect([words, option, [...command.options, ...program.options].some(({ long }) => long === option)]).toEqual([
          words,
          option,
          true,
        ]);
    }
  });
});

describe('an alarm', () => {
  test('notifies the owner through the one topic when it fires and when it clears', () => {
    const rings = Object.values(templates['tracking-site']?.Resources ?? {}).filter(
      ({ Type }) => Type === 'AWS::CloudWatch::Alarm',
    );
    for (const { Properties } of rings)
      expect(Properties).toMatchObject({ AlarmActions: [{ Ref: 'AlarmTopic' }], OKActions: [{ Ref: 'AlarmTopic' }] });
    expect(rings.length).toBeGreaterThan(0);
    expect(templates['tracking-site']?.Resources['AlarmMail']?.Properties).toEqual({
      TopicArn: { Ref: 'AlarmTopic' },
      Protocol: 'email',
      Endpoint: 'owner@example.com',
    });
  });

  test('watches emitted metrics only, with no job or phone as a dimension', () => {
    for (const { name, sources } of properties.map(alarmOf))
      for (const { metric } of sources) {
        if (metric.namespace === 'QDN')
          expect([name, Object.keys(METRICS)]).toEqual([name, expect.arrayContaining([metric.name])]);
        for (const dimension of Object.keys(metric.dimensions))
          expect(['QueueName', 'TableName', 'FunctionName', 'ApiId']).toContain(dimension);
      }
  });

  test('has at most ten metrics, the limit of AWS, and all alarms cost less than two dollars a month', () => {
    const counts = properties.map((one) => alarmOf(one).sources.length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(10);
    // Ten metrics are free; each further one costs ten cents.
    expect((counts.reduce((sum, count) => sum + count, 0) - 10) * 0.1).toBeLessThanOrEqual(1.8);
  });
});

test('the dashboard fits its grid and shows each metric of ours that has no alarm', () => {
  const template = templates['tracking-site'];
  if (!template) throw new Error('tracking-site was not packaged');
  const body = template.Resources['Dashboard']?.Properties?.['DashboardBody'];
  const text = JSON.stringify(body).replaceAll('{"Ref":"HttpApi"}', '"api"');
  const { widgets } = JSON.parse(String(resolve(JSON.parse(text), template)));
  for (const { x, width, properties: shown } of widgets) {
    expect(x + width).toBeLessThanOrEqual(24);
    expect(shown).toMatchObject({ region: 'us-east-1', title: expect.any(String), metrics: expect.any(Array) });
  }
  const all = JSON.stringify(widgets);
  const missing = Object.keys(METRICS).filter((name) => !all.includes(`"${name}"`));
  // The metric's alarm fires at the first value, so a graph adds nothing.
  expect(missing).toEqual(['CredentialsRefused']);
  expect(all).toContain('Quarantined.');
});
