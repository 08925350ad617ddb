import type { MessageSid } from '../../ids.ts';
import type { Conversation } from './conversation.ts';

/**
 * Time for which a claim holds the cascade, in ms: someone has promised an answer. Then the next contact is texted, with the name and time of
 * the claim. The same dispatcher's second claim does not begin the time again.
 */
export const CLAIM_HOLDS_MS = 10 * 60_000;

/** A dispatcher who has taken a message, by name. `at` is epoch ms. */
export type MessageClaim = { name: string; at: number };

/** Returns the end of the time for which a claim holds a message's cascade; null without one. Epoch ms. @param now epoch ms */
export const heldByClaimUntil = ({ claim }: { claim?: { at: number } }, now: number): number | null =>
  claim && now < claim.at + CLAIM_HOLDS_MS ? claim.at + CLAIM_HOLDS_MS : null;

/** Notes the claim of a conversation, or that no one has it, at its messages that wait for an answer. */
export const noteClaim = async (
  relay: { claimMessage: (sid: MessageSid, claim: MessageClaim | null) => Promise<boolean> },
  { waiting, claim }: Pick<Conversation, 'waiting' | 'claim'>,
): Promise<void> => {
  const noted = claim && { name: claim.name, at: claim.at };
  await Promise.all(waiting.map(({ messageSid }) => relay.claimMessage(messageSid, noted)));
};
