import { describe, expect, test } from '@jest/globals';
import type { JobId } from '../../ids.ts';
import { aJob } from '../../testing/index.ts';
import { giveNotice } from '../give-notice.ts';
import { aWorld, dana, MARIA, START, sidOf, text } from '../testing/relay-world.ts';
import { languageOfTexts } from './customer-language.ts';

describe('the language that texts show', () => {
  test.each<[string[], 'en' | 'es' | null]>([
    [['ok'], null],
    [['si'], 'es'],
    [[], null],
    [['Ya voy para la casa'], 'es'],
    [['¿a que hora?'], 'es'],
    [['ETA'], 'en'],
    [['please leave it by the gate'], 'en'],
    [['ok', 'deje la basura en la calle por favor'], 'es'],
    [['please leave it here', 'deje la basura en la calle por favor'], 'en'],
  ])('%j is %s', (bodies, language) => {
    expect(languageOfTexts(bodies, 'QDN')).toBe(language);
  });
});

const onTheWay = { what: 'on-the-way', stop: 0, at: START, promised: null } as const;
const order = { jobId: 'QDN-1042' as JobId, notice: onTheWay, eta: null };
const customer = aJob().customer;
const worldWith = (language?: 'en' | 'es') =>
  aWorld([
    aJob({ contacts: [dana], notices: [onTheWay], customer: { ...customer, ...(language ? { language } : {}) } }),
  ]);

describe('a notice', () => {
  test('is in the language of the job, whatever the customer writes', async () => {
    const world = worldWith('es');
    await world.receive(text({ body: 'please leave it by the gate' }));
    await giveNotice(world.dependencies(), order);
    expect(world.sentTo(MARIA)).toEqual([
      'QuickDumpNow: Su remolque esta en camino.\nhttps://x.example/t/QDN-1042.' +
        `${(await world.outboundMessages()).find(({ to }) => to === MARIA)?.messageSid.slice(-4)}\nResponda STOP para terminar`,
    ]);
  });

  test('is in the language in which the customer wrote last, also on another job', async () => {
    const world = worldWith();
    await world.receive(text({ body: 'deje el remolque en la calle por favor' }));
    await world.jobs.create(
      aJob({ id: 'QDN-1050' as JobId, contacts: [dana], notices: [onTheWay], createdAt: START + 1 }),
    );
    await giveNotice(world.dependencies(), { ...order, jobId: 'QDN-1050' as JobId });
    expect(world.sentTo(MARIA)[0]).toMatch(/^QuickDumpNow: Su remolque esta en camino\./);
  });

  test('names STOP once for each number, also when it is given again', async () => {
    const soon = { ...onTheWay, what: 'arriving-soon' as const };
    const world = aWorld([aJob({ contacts: [dana], notices: [onTheWay, soon] })]);
    await giveNotice(world.dependencies(), order);
    await giveNotice(world.dependencies(), order);
    await giveNotice(world.dependencies(), { ...order, notice: soon });
    const sent = world.sentTo(MARIA);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toMatch(/\nReply STOP to end$/);
    expect(sent[1]).not.toContain('STOP');
  });
});

describe('a text at night', () => {
  const asleep = { ...dana, quietHours: { from: '08:00', to: '10:00' } };

  test('is in the language of the customer’s text', async () => {
    const world = aWorld([aJob({ contacts: [asleep] })]);
    await world.receive(text({ body: 'ya esta abierto el porton, vengan por favor' }));
    await world.receive(text({ messageSid: sidOf(2), from: '+15125550119', body: 'hello, please call me' }));
    expect(world.sentTo(MARIA)).toEqual([
      'QuickDumpNow: Veremos su mensaje a las 10:00 a.m. Si no puede esperar, empiece su mensaje con URGENTE.',
    ]);
  });
});
