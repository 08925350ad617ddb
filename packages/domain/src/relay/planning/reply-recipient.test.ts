import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JobId, PhoneNumber } from '../../ids.ts';
import { aJob } from '../../testing/index.ts';
import { aWorld, dana, MARIA, type RelayWorld, STRANGER, sidOf, text } from '../testing/relay-world.ts';
import { conversationsOf } from './conversation.ts';
import { messagesRelayedTo } from './conversation-history.ts';
import { findJobForDispatcher } from './find-job.ts';
import { replyRecipient } from './reply-recipient.ts';

const ADA = '+15125550117';
const adas = aJob({ id: 'QDN-77' as JobId, customer: { name: 'Ada', phone: ADA as PhoneNumber }, contacts: [dana] });
let world: RelayWorld;
beforeEach(() => {
  world = aWorld([aJob({ contacts: [dana] }), adas]);
});
const recipientOf = async (body: string) => {
  const deps = world.dependencies();
  const message = text({ messageSid: sidOf(99), from: dana.phone, body });
  const conversations = conversationsOf(await messagesRelayedTo(deps, dana.phone, world.now));
  return replyRecipient(deps, message, await findJobForDispatcher(deps, message), conversations, world.now);
};
const writes = (n: number, from: string) => world.receive(text({ messageSid: sidOf(n), from, body: 'hello' }));

describe('the recipient of a dispatcher’s text', () => {
  test('is the customer of the job that it names', async () => {
    expect(await recipientOf('@77 yes')).toEqual({ kind: 'known', timelineId: 'QDN-77', to: ADA });
  });

  test('is the only unanswered conversation', async () => {
    await writes(1, MARIA);
    expect(await recipientOf('yes')).toEqual({ kind: 'known', timelineId: 'QDN-1042', to: MARIA });
  });

  test('is the customer of a mentioned job when no conversation is likely', async () => {
    expect(await recipientOf('tell QDN-77 that we are late')).toEqual({ kind: 'known', timelineId: 'QDN-77', to: ADA });
  });

  test('is a guest who has written', async () => {
    await writes(1, STRANGER);
    expect(await recipientOf('@u0199 yes')).toEqual({ kind: 'known', timelineId: 'UNMATCHED', to: STRANGER });
  });

  test('is not found for a job or guest that does not exist', async () => {
    expect(await recipientOf('@u0000 yes')).toEqual({ kind: 'not-found', handle: '@u0000' });
    expect(await recipientOf('@9 yes')).toEqual({ kind: 'not-found', handle: '@9' });
  });

  test('is unclear between two conversations, and between a conversation and another job', async () => {
    await writes(1, MARIA);
    expect(await recipientOf('after QDN-77 we come to you')).toEqual({
      kind: 'unclear',
      choices: [
        { handle: '@1042', name: 'Maria Lopez' },
        { handle: '@77', name: 'Ada' },
      ],
    });
    // `@77` is how our texts name that job to dispatchers.
    expect(await recipientOf('got it @77')).toMatchObject({ kind: 'unclear', choices: [{}, { handle: '@77' }] });
    await writes(2, ADA);
    expect(await recipientOf('yes')).toMatchObject({ kind: 'unclear', choices: [{}, {}] });
  });

  test('is the conversation whose own handle the text contains, or a handle without a job', async () => {
    await writes(1, MARIA);
    expect(await recipientOf('got it @1042')).toMatchObject({ to: MARIA });
    expect(await recipientOf('be there @9')).toMatchObject({ to: MARIA });
  });

  test('is unclear without any conversation', async () => {
    // A handle in the middle may be a time, so it is asked about.
    expect(await recipientOf('be there @77')).toEqual({ kind: 'unclear', choices: [{ handle: '@77', name: 'Ada' }] });
    expect(await recipientOf('yes')).toEqual({ kind: 'unclear', choices: [] });
  });
});
