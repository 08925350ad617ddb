import { describe, expect, test } from '@jest/globals';
import type { SentText } from '../system.ts';
import type { SaidText, WordsFacts } from './said.ts';
import { judgeWords, wordsCases } from './words.ts';

const [ANN, BOB, STRANGER] = ['+15125550111', '+15125550112', '+15125550199'];
const [DANA, LUIS, OLGA] = ['+15125550171', '+15125550172', '+15125550180'];
const NUMBER = '+15125550142';
const TEAM = [DANA, LUIS];
const at = (minutes: number, seconds = 0): number => Date.UTC(2026, 2, 10, 15) + minutes * 60_000 + seconds * 1000;

const expects = (change: Partial<SaidText['expect']> = {}): SaidText['expect'] => ({
  to: TEAM,
  mayReach: [],
  notTo: [],
  toldColleagues: [],
  toldWriter: 'not-needed',
  escalates: 'if-unanswered',
  mayWait: [],
  ...change,
});
const QUESTION: SaidText = {
  id: 'ann-1',
  at: at(0),
  from: ANN,
  body: 'can you drop it behind the red barn',
  words: 'can you drop it behind the red barn',
  writer: 'customer',
  byMachine: false,
  conversation: 'ann',
  act: 'says',
  expect: expects(),
};
const ANSWER: SaidText = {
  ...QUESTION,
  id: 'dana-1',
  at: at(3),
  from: DANA,
  body: '@1042 sure the barn works for our driver',
  words: 'sure the barn works for our driver',
  writer: 'dispatcher',
  act: 'answer',
  expect: expects({ to: [ANN], escalates: 'never' }),
};
const THANKS: SaidText = {
  ...QUESTION,
  id: 'ann-2',
  at: at(5),
  body: 'perfect thank you so much',
  words: 'perfect thank you so much',
  expect: expects({ escalates: 'never' }),
};

const sms = (to: string, time: number, body: string): SentText => ({ at: time, from: NUMBER, to, body, media: [] });
const framed = ({ words }: SaidText): string => `QDN-1042 Ann Lee:\n"${words}"\non the way\nReply: @1042 ...`;
const relayOf = (text: SaidText): SentText[] => TEAM.map((phone) => sms(phone, text.at + 2000, framed(text)));
const toAnn = (text: SaidText): SentText[] => [
  sms(ANN, text.at + 2000, text.words),
  sms(LUIS, text.at + 3000, `Dana to Ann Lee (1042): ${text.words}`),
];
const SAID = [QUESTION, ANSWER, THANKS];
const SENT = [...relayOf(QUESTION), ...toAnn(ANSWER), ...relayOf(THANKS)];
const ALARM = sms(OLGA, at(15, 5), `No one has answered Ann Lee (1042) for 15 min: "${QUESTION.words}"`);

const facts = (change: Partial<WordsFacts> = {}): WordsFacts => ({
  asks: [],
  trailerIds: ['T3'],
  said: SAID,
  sent: SENT,
  conversations: [
    { id: 'ann', mentions: ['Ann Lee', '1042'] },
    { id: 'bob', mentions: ['Bob Ray', '1043'] },
  ],
  staff: {
    dispatchers: [
      { name: 'Dana', phone: DANA },
      { name: 'Luis', phone: LUIS },
    ],
    operator: OLGA,
  },
  alarmMinutes: 15,
  until: at(60),
  ...change,
});
const inTime = (sent: readonly SentText[]): SentText[] => sent.toSorted((a, b) => a.at - b.at);
const casesOf = (said: readonly SaidText[], sent: readonly SentText[]): string[] =>
  wordsCases(facts({ said, sent: inTime(sent) })).map(({ figure, id }) => `${figure}: ${id}`);
const changedIn = (text: SaidText, change: Partial<SaidText>): SaidText => ({ ...text, ...change });

describe('judgeWords', () => {
  test('finds nothing in a history without a fault', () => {
    expect(casesOf(SAID, SENT)).toEqual([]);
    const figures = Object.fromEntries(judgeWords(facts()).map(({ name, value, of }) => [name, { value, of }]));
    expect(figures).toMatchObject({
      'mis-sent': { value: 0, of: 3 },
      swallowed: { value: 0, of: 3 },
      'phones missed': { value: 0, of: 5 },
      'missing escalations': { value: 0, of: 1 },
      'texts sent': { value: 6, of: 1 },
      'text to phones, p50': { value: 2, of: 5 },
      'text to phones, longest': { value: 2, of: 5 },
    });
  });

  test('counts words to another customer and to a phone that no one has', () => {
    for (const phone of [BOB, STRANGER]) {
      expect(casesOf(SAID, [...SENT, sms(phone, at(3, 5), ANSWER.words)])).toEqual(['mis-sent: dana-1']);
    }
  });

  test('counts a text as swallowed when no one got it and the writer was not told', () => {
    const rest = SENT.filter(({ to }) => to !== ANN);
    expect(casesOf(SAID, rest)).toEqual(['swallowed: dana-1', 'missing escalations: ann-1'].slice(0, 1));
    const told = [...rest, sms(DANA, at(3, 4), 'Who is this for? Reply @1042 ...')];
    expect(casesOf(SAID, told)).toEqual(['phones missed: dana-1']);
    const toldLate = [...rest, sms(DANA, at(20), 'Who is this for? Reply @1042 ...')];
    expect(casesOf(SAID, toldLate)).toEqual(['phones missed: dana-1']);
    expect(casesOf(SAID, [...rest, sms(DANA, at(40), 'Who is this for? Reply @1042 ...')])).toContain(
      'swallowed: dana-1',
    );
    const again = changedIn(ANSWER, { id: 'dana-2', at: at(4), body: `@1042 ${ANSWER.words}` });
    const reached = [...told, sms(ANN, at(4, 2), ANSWER.words)];
    expect(casesOf([QUESTION, ANSWER, again, THANKS], reached)).toEqual([]);
  });

  test('takes a question that quotes the first answer as told, and a copy of that answer not', () => {
    const second = changedIn(ANSWER, { id: 'luis-1', at: at(3, 20), from: LUIS, words: 'no the barn is too far away' });
    const asked = sms(LUIS, at(3, 22), `Dana answered Ann Lee (@1042) at 9:03 AM: "${ANSWER.words}". Send yours too?`);
    const said = [QUESTION, ANSWER, second, THANKS];
    expect(casesOf(said, [...SENT, asked])).toEqual([]);
    expect(casesOf(said, SENT)).toContain('swallowed: luis-1');
    const asking = changedIn(ANSWER, { words: 'can we put it by the pool then?' });
    const copies = [...relayOf(QUESTION), ...toAnn(asking)];
    const crossed = { ...second, at: at(3, 1) };
    expect(casesOf([QUESTION, asking, crossed], copies)).toContain('swallowed: luis-1');
  });

  test('takes words that tell of a colleague’s act for no double', () => {
    const claim = changedIn(ANSWER, {
      ...{ id: 'luis-1', at: at(2), from: LUIS, act: 'claim', words: 'on it' },
      expect: expects({ to: [], escalates: 'never' }),
    });
    const seen = sms(DANA, at(2, 2), `Luis has seen Ann Lee (1042): "${QUESTION.words}"`);
    expect(casesOf([QUESTION, claim, ANSWER, THANKS], [...SENT, seen])).toEqual([]);
    expect(casesOf(SAID, [...SENT, seen])).toEqual(['doubled: ann-1']);
  });

  test('counts a dispatcher who did not get what the other got', () => {
    expect(
      casesOf(
        SAID,
        SENT.filter((text) => !(text.to === LUIS && text.at === at(0, 2))),
      ),
    ).toEqual(['phones missed: ann-1']);
  });

  test('takes an automatic answer in place of the team where it may', () => {
    const eta = changedIn(QUESTION, { expect: expects({ toldWriter: 'instead', escalates: 'either' }) });
    expect(casesOf([eta], [sms(ANN, at(0, 3), 'Your trailer arrives between 2:10 and 2:40 PM.')])).toEqual([]);
    expect(casesOf([eta], [])).toEqual(['swallowed: ann-1']);
  });

  test('counts words that are lost or changed, and not those that came in two parts', () => {
    const cut = SENT.map((text) => (text.to === ANN ? { ...text, body: 'sure the barn works for' } : text));
    expect(casesOf(SAID, cut)).toEqual(['words lost or changed: dana-1']);
    const long = changedIn(QUESTION, { words: 'one two three four five six seven eight nine ten' });
    const parts = TEAM.flatMap((phone) => [
      sms(phone, at(0, 2), 'Ann: "one two three four five six seven'),
      sms(phone, at(0, 3), 'five six seven eight nine ten"'),
    ]);
    expect(casesOf([long, ANSWER], [...parts, ...toAnn(ANSWER)])).toEqual([]);
  });

  test('counts a machine text that reaches a phone that it is not for, or gets an answer', () => {
    const liked = changedIn(THANKS, {
      words: 'Liked “sure the barn works for our driver”',
      byMachine: true,
      expect: expects({ to: [], notTo: TEAM, escalates: 'never' }),
    });
    const said = [QUESTION, ANSWER, liked];
    const sent = [...relayOf(QUESTION), ...toAnn(ANSWER)];
    expect(casesOf(said, sent)).toEqual([]);
    expect(casesOf(said, [...sent, sms(DANA, at(5, 2), framed(liked))])).toEqual(['machine texts passed on: ann-2']);
    expect(casesOf(said, [...sent, sms(ANN, at(5, 2), 'We have got your message.')])).toEqual([
      'machines answered: ann-2',
    ]);
  });

  test('counts texts that arrive in another order', () => {
    const second = changedIn(THANKS, { at: at(0, 4), words: 'no wait use the side gate instead' });
    const swapped = [
      sms(DANA, at(0, 5), framed(second)),
      sms(DANA, at(0, 6), framed(QUESTION)),
      ...[QUESTION, second].map((text) => sms(LUIS, at(0, 7), framed(text))),
    ];
    expect(casesOf([QUESTION, second, ANSWER], [...swapped, ...toAnn(ANSWER)])).toEqual(['out of order: ann-1']);
  });

  test('counts the same words and the same automatic text twice on one phone', () => {
    expect(casesOf(SAID, [...SENT, sms(DANA, at(1), framed(QUESTION))])).toEqual(['doubled: ann-1']);
    const answers = [at(0, 3), at(0, 4)].map((time) => sms(ANN, time, 'We have got your message.'));
    expect(casesOf(SAID, [...SENT, ...answers])).toEqual(['doubled: We have got your message.']);
    expect(casesOf(SAID, [...SENT, sms(DANA, at(14), framed(QUESTION))])).toEqual([]);
  });

  test('counts a second answer by a dispatcher who had not seen the first', () => {
    const second = changedIn(ANSWER, {
      id: 'luis-1',
      at: at(4),
      from: LUIS,
      words: 'sorry the barn is too tight for us',
    });
    const said = [QUESTION, ANSWER, second, THANKS];
    const reached = [...SENT, sms(ANN, at(4, 2), second.words)];
    expect(casesOf(said, reached)).toEqual([]);
    const blind = reached.filter((text) => !(text.to === LUIS && text.at === at(3, 3)));
    expect(casesOf(said, blind)).toEqual(['answered twice unknowingly: luis-1']);
    expect(
      casesOf(said, [
        ...blind.filter(({ at: time }) => time !== at(4, 2)),
        sms(LUIS, at(4, 2), 'Dana has answered. Send anyway?'),
      ]),
    ).toEqual([]);
  });

  test('counts a wrong handle that the writer was not told about', () => {
    const wrong = changedIn(ANSWER, {
      expect: expects({ to: [], mayReach: [BOB], toldWriter: 'must', escalates: 'never' }),
      act: 'says',
    });
    const sent = [...relayOf(QUESTION), sms(BOB, at(3, 2), wrong.words), ALARM];
    expect(casesOf([QUESTION, wrong], sent)).toEqual(['writer not told: dana-1']);
    expect(casesOf([QUESTION, wrong], [...sent, sms(DANA, at(3, 3), `To Bob Ray (1043): ${wrong.words}`)])).toEqual([]);
  });

  test('counts texts after an opt-out, and asks for a text to the dispatcher', () => {
    const stop = changedIn(THANKS, {
      at: at(1),
      body: 'STOP',
      words: 'STOP',
      consent: 'out',
      expect: expects({ to: [], escalates: 'never' }),
    });
    const sent = [...relayOf(QUESTION), sms(ANN, at(1, 2), 'You will get no more texts.')];
    expect(casesOf([QUESTION, stop, ANSWER], [...sent, ALARM])).toEqual(['writer not told: dana-1']);
    const told = sms(DANA, at(3, 2), 'Ann Lee gets no more texts. Call 512-555-0111.');
    expect(casesOf([QUESTION, stop, ANSWER], [...sent, told])).toEqual([]);
    expect(casesOf([QUESTION, stop], [...sent, sms(ANN, at(9), 'Your trailer is near.'), ALARM])).toEqual([
      'texts after an opt-out: ann-2',
    ]);
  });
});

describe('escalations', () => {
  test('are missing when no one answered and the operator got nothing', () => {
    expect(casesOf([QUESTION], relayOf(QUESTION))).toEqual(['missing escalations: ann-1']);
    expect(casesOf([QUESTION], [...relayOf(QUESTION), ALARM])).toEqual([]);
    const late = { ...ALARM, at: at(31) };
    expect(casesOf([QUESTION], [...relayOf(QUESTION), late])).toEqual(['missing escalations: ann-1']);
  });

  test('are false after an answer, before their time, and for what needs no answer', () => {
    expect(casesOf(SAID, [...SENT, ALARM])).toEqual(['false escalations: ann']);
    const early = { ...ALARM, at: at(2) };
    expect(casesOf([QUESTION], [...relayOf(QUESTION), early, ALARM])).toEqual(['false escalations: ann']);
    const thanks = sms(OLGA, at(20), `No one has answered: "${THANKS.words}"`);
    expect(casesOf(SAID, [...SENT, thanks])).toEqual(['false escalations: ann']);
  });

  test('may come for a question for the job’s state, until a dispatcher answers', () => {
    const alarm = sms(OLGA, at(20), 'No one has answered Ann Lee (1042): "ETA"');
    const asks = [{ conversation: 'ann', at: at(6) }];
    expect(wordsCases(facts({ sent: [...SENT, alarm], asks }))).toEqual([]);
    expect(casesOf(SAID, [...SENT, alarm])).toEqual(['false escalations: ann']);
    const answer = changedIn(ANSWER, { id: 'dana-2', at: at(8), words: 'about twenty minutes from you now' });
    const answered = facts({ said: [...SAID, answer], sent: [...SENT, ...toAnn(answer), alarm], asks });
    expect(wordsCases(answered)).toMatchObject([{ figure: 'false escalations', id: 'ann' }]);
  });

  test('are not the questions about a trailer that stands still', () => {
    const question = sms(
      OLGA,
      at(20),
      'T3 has stood for 9 min, 650 ft from 1463 Manor Dr (job QDN-1042). Is it there?',
    );
    expect(casesOf(SAID, [...SENT, question])).toEqual([]);
  });

  test('are due again for the next question, and not for a second text of the same one', () => {
    const again = changedIn(THANKS, { at: at(8), words: 'hello is anyone there', expect: expects() });
    const sent = [...relayOf(QUESTION), ...relayOf(again), ALARM];
    expect(casesOf([QUESTION, again], sent)).toEqual([]);
    expect(casesOf([QUESTION, ANSWER, again], [...relayOf(QUESTION), ...toAnn(ANSWER), ...relayOf(again)])).toEqual([
      'missing escalations: ann-2',
    ]);
  });

  test('may come or not while a dispatcher has only taken it, and not after the customer took it back', () => {
    const claim = changedIn(ANSWER, { act: 'claim', words: 'on it', expect: expects({ to: [], escalates: 'never' }) });
    const back = changedIn(THANKS, { act: 'takes-back' });
    for (const alarms of [[], [ALARM]])
      expect(casesOf([QUESTION, claim], [...relayOf(QUESTION), ...alarms])).toEqual([]);
    expect(casesOf([QUESTION, back], [...relayOf(QUESTION), ...relayOf(back)])).toEqual([]);
    expect(casesOf([QUESTION, back], [...relayOf(QUESTION), ...relayOf(back), ALARM])).toEqual([
      'false escalations: ann',
    ]);
  });

  test('are not the copies that the operator gets of the team’s texts, or the answers to the operator', () => {
    const copy = sms(OLGA, at(3, 5), `Dana to Ann Lee (1042): ${ANSWER.words}`);
    expect(casesOf(SAID, [...SENT, copy])).toEqual([]);
    const note = changedIn(ANSWER, {
      id: 'olga-1',
      at: at(30),
      from: OLGA,
      writer: 'operator',
      words: 'who drives today folks',
      act: 'says',
      expect: expects({ escalates: 'never' }),
    });
    const sent = [
      ...SENT,
      ...TEAM.map((phone) => sms(phone, at(30, 2), `Olga: ${note.words}`)),
      sms(OLGA, at(30, 3), 'Open now: Ann Lee (1042).'),
    ];
    expect(casesOf([...SAID, note], sent)).toEqual([]);
  });
});
