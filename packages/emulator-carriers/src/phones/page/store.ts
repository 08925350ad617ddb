import type { Exchange, Message, Phone, View } from './view.ts';

/** All that the page knows: the newest view, and everything that any view has told. */
export type Known = {
  view: View;
  phones: Map<string, Phone>;
  messages: Map<string, Message>;
  exchanges: Map<number, Exchange>;
};

const MOST_EXCHANGES = 500;

/** Adds what is news to what is known; a view of another identity replaces all of it. */
export const learn = (known: Known | null, view: View): Known => {
  const same = known?.view.identity === view.identity ? known : null;
  const exchanges = new Map([...(same?.exchanges ?? []), ...view.exchanges.map((one) => [one.id, one] as const)]);
  for (const id of [...exchanges.keys()].slice(0, Math.max(0, exchanges.size - MOST_EXCHANGES))) exchanges.delete(id);
  return {
    view,
    phones: new Map([...(same?.phones ?? []), ...view.phones.map((phone) => [phone.number, phone] as const)]),
    messages: new Map([...(same?.messages ?? []), ...view.messages.map((message) => [message.sid, message] as const)]),
    exchanges,
  };
};

/** Something in a phone's conversation: a text, or a text that the API refused. */
export type Entry = { key: string; at: number; message: Message } | { key: string; at: number; refusal: Exchange };

/** A phone's conversation, oldest first. A text that was refused never was a message, but a person wants to see it. */
export const conversation = (known: Known, number: string): Entry[] => {
  const texts: Entry[] = [...known.messages.values()]
    .filter(({ direction, from, to }) => (direction === 'inbound' ? from : to) === number)
    .map((message) => ({ key: message.sid, at: message.createdAt, message }));
  const refusals: Entry[] = [...known.exchanges.values()]
    .filter(
      ({ kind, method, phone, status, sid }) =>
        kind === 'api' && method === 'POST' && phone === number && sid === null && status !== 201,
    )
    .map((refusal) => ({ key: `refusal-${refusal.id}`, at: refusal.at, refusal }));
  return [...texts, ...refusals].sort((a, b) => a.at - b.at);
};
