import type { History } from './history.ts';
import type { Nemesis } from './nemesis.ts';
import type { Random } from './random.ts';
import type { Timeline } from './timeline.ts';

/** As in resources/queues.yml. */
export const VISIBILITY_TIMEOUT_MS = 180_000;
export const MAX_RECEIVES = 11;

/** A received message. */
export type HandOut = { messageId: string; receiptHandle: string; body: string; receives: number; sentAt: number };

type Stored = {
  id: string;
  body: string;
  sid: string | null;
  visibleAt: number;
  receives: number;
  handle: number;
  /** Epoch ms. */
  sentAt: number;
};

const sidOf = (body: string): string | null => /(?:SM|MM|QA|QS)[0-9a-fA-F]{32}/.exec(body)?.[0] ?? null;

/**
 * Simulates a standard queue of SQS: it delivers at least once and in any order, identifies a delivery by its receipt handle,
 * and dead-letters a message after too many deliveries.
 * @param onVisible called when a message becomes visible
 * @param isEndless a broken queue, which deletes nothing and never dead-letters
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
 */
export const createQueue = (
  random: Random,
  timeline: Timeline,
  history: History,
  nemesis: Nemesis,
  onVisible: () => void,
  isEndless = false,
) => {
  const stored = new Map<string, Stored>();
  const dead: Stored[] = [];
  let ids = 0;
  let handles = 0;

  const showAt = (message: Stored, at: number): void => {
    message.visibleAt = at;
    timeline.after(at - timeline.now() + random.between(0, 150), onVisible);
  };
  const put = (body: string, delayMs: number): void => {
    const message = {
      id: `q${++ids}`,
      body,
      sid: sidOf(body),
      visibleAt: 0,
      receives: 0,
      handle: 0,
      sentAt: timeline.now(),
    };
    stored.set(message.id, message);
    showAt(message, timeline.now() + delayMs);
  };
  const byReceipt = (receipt: string): { message: Stored; isNewest: boolean } | null => {
    const [id = '', handle = ''] = receipt.split('/');
    const message = stored.get(id);
    return message ? { message, isNewest: message.handle === Number(handle) } : null;
  };

  return {
    send: async (record: unknown, delayS = 0): Promise<void> => put(JSON.stringify(record), delayS * 1000),

    receive: (most: number): HandOut[] => {
      const visible = [...stored.values()].filter(({ visibleAt }) => visibleAt <= timeline.now());
      return random
        .shuffled(visible)
        .slice(0, most)
        .flatMap((message) => {
          message.receives += 1;
          if (message.receives > MAX_RECEIVES && !isEndless) {
            stored.delete(message.id);
            dead.push(message);
            history.add(timeline.now(), message.sid, { kind: 'dead-lettered' });
            return [];
          }
          message.handle = ++handles;
          // Another server of SQS does not know of this delivery yet.
          const hiddenMs = nemesis.strikes('duplicate')
            ? random.between(0, random.pick([100, 1000, 60_000]))
            : VISIBILITY_TIMEOUT_MS;
          showAt(message, timeline.now() + hiddenMs);
          const { id, body, receives, handle, sentAt } = message;
          return [{ messageId: id, receiptHandle: `${id}/${handle}`, body, receives, sentAt }];
        });
    },

    remove: async (receipt: string): Promise<void> => {
      const found = isEndless ? null : byReceipt(receipt);
      // A deletion with an old receipt handle may or may not work.
      if (!found || (!found.isNewest && random.chance(0.5)) || nemesis.strikes('undeleted')) return;
      const { message } = found;
      if (nemesis.strikes('ghost')) showAt(message, timeline.now() + random.between(0, 60_000));
      else stored.delete(message.id);
    },

    /** ChangeMessageVisibility. */
    postpone: async (receipt: string, seconds: number): Promise<void> => {
      const found = byReceipt(receipt);
      if (found?.isNewest) showAt(found.message, timeline.now() + seconds * 1000);
    },

    isDead: (sid: string): boolean => dead.some((message) => message.sid === sid),
    deadCount: (): number => dead.length,
    /** StartMessageMoveTask: each message starts with no deliveries. */
    replay: (): void => {
      for (const { body, sid } of dead.splice(0)) {
        history.add(timeline.now(), sid, { kind: 'replayed' });
        put(body, random.between(0, 2000) / 1000);
      }
    },
  };
};
export type Queue = ReturnType<typeof createQueue>;
