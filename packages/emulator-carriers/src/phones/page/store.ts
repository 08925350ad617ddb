import type { Call, Exchange, Message, Phone, View } from './view.ts';

/** The page's data: the newest view, and everything from all views. */
export type Known = {
  view: View;
  phones: Map<string, Phone>;
  messages: Map<string, Message>;
  calls: Map<string, Call>;
  exchanges: Map<number, Exchange>;
};

const MAX_EXCHANGES = 500;

/** Adds a view's changes to the known data; a view of another identity replaces all of it. */
export const learn = (known: Known | null, view: View): Known => {
  const same = known?.view.identity === view.identity ? known : null;
  const exchanges = new Map([...(same?.exchanges ?? []), ...view.exchanges.map((one) => [one.id, one] as const)]);
  for (const id of [...exchanges.keys()].slice(0, Math.max(0, exchanges.size - MAX_EXCHANGES))) exchanges.delete(id);
  return {
    view,
    phones: new Map([...(same?.phones ?? []), ...view.phones.map((phone) => [phone.number, phone] as const)]),
    messages: new Map([...(same?.messages ?? []), ...view.messages.map((message) => [message.sid, message] as const)]),
    calls: new Map([...(same?.calls ?? []), ...view.calls.map((call) => [call.sid, call] as const)]),
    exchanges,
  };
};

/** Something in a phone's conversation: a text, a call, or a text that the API refused. */
export type Entry =
  | { key: string; at: number; message: Message }
  | { key: string; at: number; call: Call }
  | { key: string; at: number; refusal: Exchange };

/** Returns a phone's conversation, oldest first, with its calls, also those that only rang it, and the texts that the API refused. */
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
  const calls: Entry[] = [...known.calls.values()]
    .filter(({ from, to, events }) => [from, to, ...events.map(({ phone }) => phone)].includes(number))
    .map((call) => ({ key: call.sid, at: call.createdAt, call }));
  return [...texts, ...calls, ...refusals].sort((a, b) => a.at - b.at);
};
