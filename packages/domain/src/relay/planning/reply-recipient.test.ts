import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JobId, PhoneNumber } from '../../ids.ts';
import { aJob } from '../../testing/index.ts';
import { aWorld, dana, luis, MARIA, type RelayWorld, STRANGER, sidOf, text } from '../testing/relay-world.ts';
import { addresseeOf } from './addressee.ts';
import { readDeskView } from './desk-view.ts';
import { findJobForDispatcher } from './find-job.ts';
import { replyRecipient } from './reply-recipient.ts';

const ADA = '+15125550117';
const adas = aJob({ id: 'QDN-77' as JobId, customer: { name: 'Ada', phone: ADA as PhoneNumber }, contacts: [dana] });
let world: RelayWorld;
beforeEach(() => {
  world = aWorld([aJob({ contacts: [dana] }), adas]);
});
const recipientOf = async (body: string, receivedAt = world.now) => {
  const deps = world.dependencies();
  const message = text({ messageSid: sidOf(99), from: dana.phone, body, receivedAt });
  const view = await readDeskView(deps, dana.phone, world.now);
  const of = {
    deps,
    message,
    body,
    contact: dana,
    found: await findJobForDispatcher(deps, message),
    view,
    now: world.now,
  };
  const { addressee } = await addresseeOf(of);
  return replyRecipient(of, addressee);
};
const writes = (n: number, from: string) =>
  world.receive(text({ messageSid: sidOf(n), from, body: 'hello', receivedAt: world.now }));
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

describe('the recipient of a dispatcher’s text', () => {
  const maria = { timelineId: 'QDN-1042', phone: MARIA, label: { handle: '@1042', name: 'Maria Lopez' } };
  const ada = { timelineId: 'QDN-77', phone: ADA, label: { handle: '@77', name: 'Ada' } };

  test('is the customer of the job that it names, after the time for UNDO', async () => {
    expect(await recipientOf('@77 yes')).toMatchObject({ kind: 'with-undo', person: ada });
  });

  test('is the only unanswered conversation, with or without its handle', async () => {
    await writes(1, MARIA);
    expect(await recipientOf('yes')).toMatchObject({ kind: 'known', person: maria });
    expect(await recipientOf('@1042 yes')).toMatchObject({ kind: 'known', person: maria });
    expect(await recipientOf('got it @1042')).toMatchObject({ kind: 'known', person: maria });
    expect(await recipientOf('@ 1042 yes')).toMatchObject({ kind: 'known', person: maria });
  });

  test('is confirmed first when someone else waits and that person has not written', async () => {
    await writes(1, MARIA);
    expect(await recipientOf('@77 yes at 3')).toMatchObject({ kind: 'to-confirm', person: ada, waiting: maria.label });
  });

  test('waits for the time of UNDO when several are open', async () => {
    await writes(1, MARIA);
    await writes(2, ADA);
    expect(await recipientOf('@77 yes at 3')).toMatchObject({ kind: 'with-undo', person: ada });
  });

  test.each(['@ 7 works for us', '#7 is on the way', 'US-290 is jammed', '$450 a week', 'be there @9', 'use gate #77'])(
    'is the open conversation for the words %j',
    async (body) => {
      await writes(1, MARIA);
      expect(await recipientOf(body)).toMatchObject({ kind: 'known', person: maria });
    },
  );

  test('is the customer of a mentioned job when no conversation is likely', async () => {
    expect(await recipientOf('tell QDN-77 that we are late')).toMatchObject({ kind: 'with-undo', person: ada });
  });

  test('is a guest who has written', async () => {
    await writes(1, STRANGER);
    expect(await recipientOf('@u0199 yes')).toMatchObject({
      kind: 'known',
      person: { timelineId: 'UNMATCHED', phone: STRANGER },
    });
  });

  test('is unclear between two guests with the same last digits, who get longer handles', async () => {
    await writes(1, STRANGER);
    await writes(2, '+17375550199');
    expect(await recipientOf('@u0199 yes')).toMatchObject({
      kind: 'unclear',
      choices: [{ label: { handle: '@u75550199' } }, { label: { handle: '@u25550199' } }],
    });
    expect(await recipientOf('@u75550199 yes')).toMatchObject({ person: { phone: '+17375550199' } });
  });

  test('is not found for a job, guest or name that does not exist, or a broken handle', async () => {
    await writes(1, MARIA);
    for (const handle of ['@u0000', '@9', '@1O3', '@MHD103', '@bobby'])
      expect(await recipientOf(`${handle} yes`)).toMatchObject({ kind: 'not-found', handle, choices: [maria] });
  });

  test('is the colleagues for their names, and the customer for hers', async () => {
    world.company.contacts = [dana, luis];
    await writes(1, MARIA);
    expect(await recipientOf('@luis take it')).toMatchObject({ kind: 'colleagues', contacts: [luis] });
    expect(await recipientOf('@team take it')).toMatchObject({ kind: 'colleagues', contacts: [luis] });
    expect(await recipientOf('@maria yes')).toMatchObject({ kind: 'known', person: maria });
  });

  test('is unclear between two conversations, and between a conversation and another job', async () => {
    await writes(1, MARIA);
    expect(await recipientOf('after QDN-77 we come to you')).toMatchObject({ kind: 'unclear', choices: [maria, ada] });
    // `@77` is how our texts name that job to dispatchers.
    expect(await recipientOf('got it @77')).toMatchObject({ kind: 'unclear', choices: [maria, ada] });
    expect(await recipientOf('@1042 @77 we close at 3')).toMatchObject({ kind: 'unclear', choices: [maria, ada] });
    await writes(2, ADA);
    expect(await recipientOf('yes')).toMatchObject({ kind: 'unclear', choices: [{}, {}] });
  });

  describe('with texts that crossed', () => {
    /** Maria writes, Luis answers her, and Ada writes half an hour later. */
    const mariaIsAnsweredThenAdaWrites = async (): Promise<void> => {
      await writes(1, MARIA);
      await world.receive(text({ messageSid: sidOf(2), from: dana.phone, body: '@1042 yes', receivedAt: world.now }));
      await world.wait(30);
      await writes(3, ADA);
    };

    test.each([
      [0, 'unclear'],
      [7, 'unclear'],
      [8, 'known'],
      [60, 'known'],
    ])('is Ada %i s after her text: %s', async (seconds, kind) => {
      await mariaIsAnsweredThenAdaWrites();
      world.now += seconds * SECOND_MS;
      const choices = kind === 'unclear' ? { choices: [ada, maria] } : { person: ada };
      expect(await recipientOf('yes at 3')).toMatchObject({ kind, ...choices });
    });

    test('is unclear when it was written before the only likely text, and is processed late', async () => {
      await mariaIsAnsweredThenAdaWrites();
      const writtenAt = world.now - MINUTE_MS;
      world.now += 5 * MINUTE_MS;
      expect(await recipientOf('yes at 3', writtenAt)).toMatchObject({ kind: 'unclear', choices: [ada, maria] });
    });

    test('is the conversation that the dispatcher had open, at once', async () => {
      await mariaIsAnsweredThenAdaWrites();
      await world.receive(text({ messageSid: sidOf(4), from: dana.phone, body: '@77 sure', receivedAt: world.now }));
      await world.wait(10);
      await writes(5, ADA);
      expect(await recipientOf('yes at 3')).toMatchObject({ kind: 'known', person: ada });
    });

    test('is the person whose earlier text waits, seconds after the last one', async () => {
      await mariaIsAnsweredThenAdaWrites();
      world.now += MINUTE_MS;
      await writes(4, ADA);
      expect(await recipientOf('yes at 3')).toMatchObject({ kind: 'known', person: ada });
    });

    test('is the only person on the phone, at once', async () => {
      await writes(1, ADA);
      expect(await recipientOf('yes at 3')).toMatchObject({ kind: 'known', person: ada });
    });
  });

  test('is unclear without any conversation', async () => {
    // A handle in the middle may be a time, so it is asked about.
    expect(await recipientOf('be there @77')).toMatchObject({ kind: 'unclear', choices: [ada] });
    expect(await recipientOf('yes')).toEqual({ kind: 'unclear', choices: [] });
  });
});
