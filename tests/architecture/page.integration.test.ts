import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Template } from '@qdn/cloudformation/template';
import {
  claimed,
  DELIVERY_STATES,
  handedOver,
  LEASE_MS,
  type MessageSid,
  OUTBOUND_MESSAGE_STATES,
  type OutboundMessage,
  opened,
  type RecipientId,
  resolved,
  type SendOutcome,
  suppressed,
  withReceipt,
} from '@qdn/domain';
import { outcomeState } from '@qdn/domain/relay/outbound-message';
import { EVERYTHING, SERVICES, templatesWith } from '../templates.ts';
import { graphOf } from './draw.ts';
import { readPage, redrawn } from './page.ts';

/* Compares docs/architecture.md with the packaged templates and the code. */

const repository = fileURLToPath(new URL('../..', import.meta.url));
const page = readPage(repository);

let templates: Record<string, Template>;
beforeAll(async () => {
  templates = await templatesWith(EVERYTHING);
}, 240_000);

describe('the pictures of the services', () => {
  test('match the templates (npm run architecture redraws them)', () => {
    expect(page).toBe(redrawn(page, templates));
    for (const service of SERVICES) expect(page).toContain(`<!-- drawn: ${service} -->`);
  });

  test('have every function, table, queue and topic, and nothing else', () => {
    const count = (type: string) =>
      Object.values(templates).flatMap(({ Resources }) => Object.values(Resources).filter(({ Type }) => Type === type))
        .length;
    const nodes = Object.values(templates).flatMap((template) => graphOf(template).nodes);
    const named = (test: (one: (typeof nodes)[number]) => boolean) =>
      new Set(nodes.filter(test).map(({ name }) => name)).size;
    expect(named(({ kind }) => kind === 'function')).toBe(
      count('AWS::Lambda::Function') + count('AWS::CloudFront::Function'),
    );
    expect(named(({ kind }) => kind === 'table')).toBe(count('AWS::DynamoDB::Table'));
    expect(named(({ kind }) => kind === 'queue')).toBe(count('AWS::SQS::Queue'));
    expect(named(({ name }) => name.startsWith('topic '))).toBe(count('AWS::SNS::Topic'));
  });

  test('have an arrow for every route, trigger and schedule', () => {
    const edges = Object.values(templates).flatMap((template) => graphOf(template).edges);
    const resources = Object.values(templates).flatMap(({ Resources }) => Object.values(Resources));
    const routes = resources.filter(
      ({ Type, Properties }) =>
        Type === 'AWS::ApiGatewayV2::Route' && !String(Properties?.['RouteKey']).startsWith('OPTIONS'),
    );
    expect(edges.filter(({ from }) => from === 'HTTP API')).toHaveLength(routes.length);
    const triggers = resources.filter(({ Type }) => Type === 'AWS::Lambda::EventSourceMapping');
    expect(edges.filter(({ from, label }) => label === 'calls' && !from.startsWith('every'))).toHaveLength(
      triggers.length,
    );
    const schedules = resources.filter(({ Type }) => Type === 'AWS::Events::Rule');
    expect(edges.filter(({ from }) => from.startsWith('every'))).toHaveLength(schedules.length);
    // A node without an arrow would have no effect.
    for (const { kind, name } of Object.values(templates).flatMap((template) => graphOf(template).nodes))
      if (kind === 'function' && name !== 'viewer-request')
        expect([name, edges.some(({ from }) => from === name)]).toEqual([name, true]);
  });
});

test('the indexes are those of the table', () => {
  const { Properties } = templates['job-api']?.Resources['JobsTable'] ?? {};
  const indexes: unknown = Properties?.['GlobalSecondaryIndexes'];
  const names = Array.isArray(indexes) ? indexes.map((index) => String(Object(index).IndexName)) : [];
  const table = page.slice(page.indexOf('<!-- checked: indexes -->')).split('\n\n')[0] ?? '';
  expect([...table.matchAll(/^\| `(by-[a-z]+)`/gm)].map(([, name]) => name).toSorted()).toEqual(names.toSorted());
});

describe('the states of an outbound message', () => {
  const NOW = 1_000_000;
  const what = {
    timelineId: 'QDN-1042',
    messageSid: `SM${'1'.repeat(32)}` as MessageSid,
    recipient: 'dana' as RecipientId,
    attempt: 1,
    to: '+15125550171',
    body: 'x',
    carrier: 'twilio',
  };
  const outcomes: SendOutcome[] = [
    { kind: 'accepted', carrierSid: 'SM1' },
    { kind: 'rejected', class: 'opted-out', code: 21610, detail: '' },
    { kind: 'rejected', class: 'credentials', code: 20003, detail: '' },
    { kind: 'rejected', class: 'setup', code: 30500, detail: '' },
    { kind: 'not-processed', detail: '' },
    { kind: 'unknown', detail: '' },
  ];

  /** The transitions that the code makes from each state of an outbound message. */
  const moves = (): Set<string> => {
    const found = new Set<string>();
    const seen: OutboundMessage[] = [];
    const from = (state: string, next: OutboundMessage | null): void => {
      if (!next) return;
      const move = `${state} --> ${next.state}`;
      if (
        found.has(move) &&
        seen.some(
          (one) => one.state === next.state && one.isDoubtful === next.isDoubtful && one.delivery === next.delivery,
        )
      )
        return;
      found.add(move);
      seen.push(next);
    };
    from('[*]', opened(what, 'worker', NOW));
    from('[*]', suppressed(what, 'worker', NOW));
    for (let i = 0; i < seen.length; i++) {
      const outbound = seen[i];
      if (!outbound) break;
      for (const now of [NOW + 1, NOW + 10 * LEASE_MS]) from(outbound.state, claimed(outbound, 'other', 'aws', now));
      from(outbound.state, handedOver(outbound, 'aws', NOW));
      for (const outcome of outcomes)
        from(outbound.state, resolved(outbound, outbound.fence, outcomeState(outcome), NOW));
      for (const delivery of [null, ...DELIVERY_STATES])
        from(
          outbound.state,
          withReceipt(outbound, { carrierSid: 'SM1', delivery, errorCode: null, errorClass: null }, NOW),
        );
    }
    return found;
  };

  test('change only as the picture says', () => {
    const picture = page.slice(page.indexOf('<!-- checked: outbound message -->')).split('```')[1] ?? '';
    const drawn = new Set([...picture.matchAll(/^ {2}(\S+ --> \S+?):/gm)].map(([, move = '']) => move));
    expect([...drawn].toSorted()).toEqual([...moves()].toSorted());
    for (const state of OUTBOUND_MESSAGE_STATES) expect(picture).toContain(state);
  });
});
