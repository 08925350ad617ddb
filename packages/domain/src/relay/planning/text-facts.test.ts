import { beforeEach, describe, expect, test } from '@jest/globals';
import { aJob } from '../../testing/index.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { aWorld, MARIA, type RelayWorld, STRANGER, text } from '../testing/relay-world.ts';
import type { FoundJob } from './find-job.ts';
import { type Sender, senderOf } from './sender.ts';
import { composeAnswer, composeTeamText, isAnswerable, teamMessageOf } from './text-facts.ts';

const job = aJob();
const found: FoundJob = {
  job,
  isNamed: true,
  unknownId: null,
  note: null,
  others: [],
  mentioned: [],
  maybeMentioned: [],
};
let world: RelayWorld;
beforeEach(() => {
  world = aWorld([job]);
});
const compose = async (message: InboundMessage, about: FoundJob, sender: Sender, deps = world.dependencies()) =>
  composeTeamText(deps, await teamMessageOf(deps, message, about, sender), about.job, message);
const teamText = (message: Partial<InboundMessage>, changes: Partial<FoundJob> = {}) => {
  const one = text({ body: 'hello', ...message });
  const about = { ...found, ...changes };
  return compose(one, about, senderOf(one.from, about.job, world.company));
};

describe('the text that the team gets', () => {
  test('names the customer, and the handle that answers them', async () => {
    expect(await teamText({})).toBe(
      'Maria Lopez @1042: "hello"\n1100 Congress Ave\nT1: on the way\nhttps://x.example/t/QDN-1042.0001\nReply: @1042 ...',
    );
  });

  test('never shows a guest’s number', async () => {
    for (const from of [STRANGER, `whatsapp:${STRANGER}`])
      for (const changes of [{}, { job: null }]) {
        const composed = await teamText({ from }, changes);
        expect(composed).toMatch(/^(Guest|Unknown number) (@u|ending in )0199/);
        expect(composed).not.toContain('5550199');
      }
  });

  test('has remarks on the job and on the message in parentheses', async () => {
    const noted = { ...found, note: 'newest of 2 jobs' };
    const deps = world.dependencies();
    const source = await teamMessageOf(deps, text(), noted, { kind: 'customer' }, 'as asked');
    expect(await composeTeamText(deps, source, noted.job, text())).toMatch(/\n\(newest of 2 jobs; as asked\)\n/);
  });

  test('goes out without an ETA when the positions cannot be read', async () => {
    const deps = { ...world.dependencies(), locations: { shown: () => Promise.reject(new Error('down')) } };
    const composed = await compose(text({ from: MARIA }), found, { kind: 'customer' }, deps);
    expect(composed).toContain('on the way\n');
    expect(world.reports).toMatchObject([{ kind: 'without-eta' }]);
  });
});

describe('the answer to a question', () => {
  test('is given for a question without a picture', async () => {
    const media = [{ url: 'https://m.example/1', contentType: 'image/jpeg' }];
    expect(isAnswerable(world.dependencies(), text({ body: 'status' }))).toBe(true);
    expect(isAnswerable(world.dependencies(), text({ body: 'status', media }))).toBe(false);
    expect(isAnswerable(world.dependencies(), text({ body: 'hello' }))).toBe(false);
  });

  test('is in the language of the question', async () => {
    const answer = (body: string) => composeAnswer(world.dependencies(), text({ body }), [job]);
    expect(await answer('status')).toMatch(/^QDN-1042 is on the way\.\n.+\nFor a person, text again or call \+1/);
    expect(await answer('estado')).toMatch(/^QDN-1042 esta en camino\.\n.+\nPara hablar con alguien, /);
    expect(await answer('hello')).toBeNull();
  });

  test.each([
    ['the trailer’s position is not known', 'where', {}],
    ['there is no arrival time', 'ETA', {}],
    ['no date has been set', 'When?', { status: 'scheduled', history: [], scheduledFor: null }],
    ['the job was cancelled', 'status', { status: 'cancelled' }],
  ] as const)('is left to a person where %s', async (_, body, changes) => {
    expect(await composeAnswer(world.dependencies(), text({ body }), [aJob(changes as object)])).toBeNull();
  });
});
