import type { IncomingText, SentText, System, WorldCompany } from '@qdn/world';

/*
 * Systems that break one promise about words. Each wraps a system and changes the texts at its border, so that it works over the ideal
 * relay and over the product alike.
 */

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

export type WordMutant = { name: string; wrap: (system: System, company: WorldCompany) => System };

/** Texts that a mutant lets phones have, from what the system sent and from what people said. */
type Changer = {
  /** Returns the texts in place of a sent one. Their times may lie in the future. */
  onSent?: (text: SentText) => readonly SentText[];
  /** Returns further texts for one that a phone sent. */
  onSaid?: (text: IncomingText, now: number) => readonly SentText[];
};

const changing = (name: string, changerOf: (company: WorldCompany) => Changer): WordMutant => ({
  name,
  wrap: (system, company) => {
    const { onSent = (text) => [text], onSaid = () => [] } = changerOf(company);
    const shown: SentText[] = [];
    let waiting: SentText[] = [];
    let read = 0;
    const sentTexts = (): readonly SentText[] => {
      const own = system.sentTexts();
      for (; read < own.length; read += 1) {
        const text = own[read];
        if (text) waiting.push(...onSent(text));
      }
      const now = system.now();
      shown.push(...waiting.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at));
      waiting = waiting.filter(({ at }) => at > now);
      return shown;
    };
    return {
      ...system,
      sentTexts,
      deliverText: async (text) => {
        sentTexts();
        waiting.push(...onSaid(text, system.now()));
        await system.deliverText(text);
      },
    };
  },
});

const staffOf = ({ dispatchers, operator }: WorldCompany): Set<string> =>
  new Set([...dispatchers.map(({ phone }) => phone), ...(operator === null ? [] : [operator])]);
const dispatchersOf = ({ dispatchers }: WorldCompany): Set<string> => new Set(dispatchers.map(({ phone }) => phone));
const isStaff = (company: WorldCompany) => (phone: string) => staffOf(company).has(phone);
const isDispatcher = (company: WorldCompany) => (phone: string) => dispatchersOf(company).has(phone);

const QUOTED = /"([^"]{20,})"/;
const MACHINE = /^(Liked|Loved) “|^\u200a|driving/i;
const NO_ONES_PHONE = '+15125559999';

const changedWords =
  (change: (words: string[]) => string[]) =>
  (text: SentText): SentText => {
    const quoted = QUOTED.exec(text.body)?.[1];
    return quoted === undefined
      ? text
      : { ...text, body: text.body.replace(quoted, change(quoted.split(' ')).join(' ')) };
  };

/** Lets phones have texts in reversed order, where two follow one another within a time. */
const reversing = (windowMs: number): Changer => {
  const last = new Map<string, SentText>();
  return {
    onSent: (text) => {
      const before = last.get(text.to);
      last.set(text.to, text);
      // The earlier text is shown only after the window, so a later one within it overtakes.
      const isSecond = before !== undefined && text.at - before.at < windowMs;
      return [{ ...text, at: isSecond ? before.at + windowMs - SECOND_MS : text.at + windowMs }];
    },
  };
};

export const WORD_MUTANTS: readonly WordMutant[] = [
  changing('relay to no one', (company) => ({
    onSent: (text) => (isDispatcher(company)(text.to) && text.body.includes('"') ? [] : [text]),
  })),
  changing('first recipient only', ({ dispatchers: [, ...others] }) => ({
    onSent: (text) => (others.some(({ phone }) => phone === text.to) ? [] : [text]),
  })),
  changing('to another customer', (company) => {
    let previous = NO_ONES_PHONE;
    return {
      onSent: (text) => {
        if (isStaff(company)(text.to)) return [text];
        const to = previous;
        previous = text.to;
        return [{ ...text, to }];
      },
    };
  }),
  changing('stranger’s number taken', (company) => ({
    onSent: (text) => [isDispatcher(company)(text.to) ? { ...text, to: NO_ONES_PHONE } : text],
  })),
  changing('words lost', () => ({
    onSent: (text) => [changedWords((words) => words.slice(0, Math.ceil(words.length * 0.7)))(text)],
  })),
  changing('words changed', () => ({
    onSent: (text) => [changedWords((words) => words.map((word, i) => (i === 2 ? 'something' : word)))(text)],
  })),
  changing('order reversed', () => reversing(20 * SECOND_MS)),
  changing('no escalation', ({ operator }) => ({ onSent: (text) => (text.to === operator ? [] : [text]) })),
  changing('escalation always', ({ operator, dispatchers: [first] }) => ({
    onSent: (text) =>
      text.to === first?.phone && operator !== null && text.body.includes('"')
        ? [text, { ...text, to: operator, at: text.at + 15 * MINUTE_MS }]
        : [text],
  })),
  changing('machine texts passed on', (company) => ({
    onSaid: ({ from, to, body }, now) =>
      MACHINE.test(body) && !isStaff(company)(from)
        ? [...dispatchersOf(company)].map((phone) => ({
            at: now + SECOND_MS,
            from: to,
            to: phone,
            body: `"${body}"`,
            media: [],
          }))
        : [],
  })),
  changing('machines answered', (company) => ({
    onSaid: ({ from, to, body }, now) =>
      MACHINE.test(body) && !isStaff(company)(from)
        ? [{ at: now + SECOND_MS, from: to, to: from, body: 'We have got your message.', media: [] }]
        : [],
  })),
  changing('automatic answer doubled', (company) => ({
    onSaid: ({ from, to }, now) =>
      isStaff(company)(from)
        ? []
        : [1, 2].map((second) => ({
            at: now + second * SECOND_MS,
            from: to,
            to: from,
            body: 'We have got your message.',
            media: [],
          })),
  })),
  changing('each text twice', () => ({ onSent: (text) => [text, { ...text, at: text.at + SECOND_MS }] })),
  changing('slow', () => ({ onSent: (text) => [{ ...text, at: text.at + 90 * SECOND_MS }] })),
  changing('one in twelve takes ten minutes', () => {
    let count = 0;
    return {
      onSent: (text) => {
        count += 1;
        return [{ ...text, at: text.at + (count % 12 === 0 ? 10 * MINUTE_MS : 0) }];
      },
    };
  }),
  changing('answered at once by two', (company) => ({
    onSent: (text) => (isDispatcher(company)(text.to) && / to @\w+: /.test(text.body) ? [] : [text]),
  })),
  changing('dispatchers not told', (company) => ({
    onSent: (text) => (isDispatcher(company)(text.to) && /nothing was sent|not sent/i.test(text.body) ? [] : [text]),
  })),
  changing('opt-outs ignored', () => ({
    onSaid: ({ from, to, body }, now) =>
      /^STOP$|stop texting|off your list|no more texts/.test(body)
        ? [1, 2].map((i) => ({
            at: now + i * MINUTE_MS,
            from: to,
            to: from,
            body: `Your trailer is near (${i}).`,
            media: [],
          }))
        : [],
  })),
];
