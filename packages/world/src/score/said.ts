import type { SentText } from '../system.ts';

/** Texts by the system to the writer that will do, or have to come. */
export type ToldWriter =
  /** Nothing is expected. */
  | 'not-needed'
  /** A text to the writer will do in place of the words: an automatic answer, or a question back. */
  | 'instead'
  /** The writer has to be told: a wrong handle, a customer who gets no texts. */
  | 'must';

/** The result that a said text should have, from the inputs alone. */
export type SaidExpectation = {
  /** Phones that must get the words. */
  to: readonly string[];
  /** Phones outside the company that may get the words too. */
  mayReach: readonly string[];
  /** Phones inside the company that must not get them. */
  notTo: readonly string[];
  /** Colleagues who must learn of an answer. */
  toldColleagues: readonly string[];
  toldWriter: ToldWriter;
  /** `if-unanswered`: silence of the team must raise an alarm. `never`: an alarm is false. */
  escalates: 'if-unanswered' | 'never' | 'either';
  /** Phones whose quiet hours let the words wait, so that their time is not measured. */
  mayWait: readonly string[];
};

/** A text that a person or a phone sent to the company's number, with the result that it should have. */
export type SaidText = {
  id: string;
  /** Epoch ms. */
  at: number;
  from: string;
  body: string;
  /** The words that have to arrive: the body without a handle. */
  words: string;
  writer: 'customer' | 'other-phone' | 'stranger' | 'dispatcher' | 'operator' | 'driver';
  /** A phone, a car or an office line wrote it by itself. */
  byMachine: boolean;
  /** The talk with one customer or stranger. */
  conversation: string;
  /** A dispatcher's text: `answer` ends the waiting, `claim` only takes it. A customer's: `takes-back`. */
  act: 'says' | 'answer' | 'claim' | 'takes-back';
  /** Set for a text that ends or starts texts to its writer. */
  consent?: 'out' | 'in';
  expect: SaidExpectation;
};

/** The talk with one customer or stranger. */
export type Conversation = {
  id: string;
  /** Name, handle and job as texts mention them: `Ann Lee`, `1042`. */
  mentions: readonly string[];
};

/** Everything that the judge of words needs. Lists are oldest first. */
export type WordsFacts = {
  said: readonly SaidText[];
  sent: readonly SentText[];
  conversations: readonly Conversation[];
  staff: { dispatchers: readonly { name: string; phone: string }[]; operator: string | null };
  /**
   * Questions for the state of a job, which no simulated person answers. The system may answer them, or pass them to the team: an alarm
   * about them is then allowed.
   */
  asks: readonly { conversation: string; at: number }[];
  /** Trailers of the company, as texts name them. */
  trailerIds: readonly string[];
  /** Minutes without an answer until the alarm is due. */
  alarmMinutes: number;
  /** End of the observed time, epoch ms. Texts whose time is not over are not judged. */
  until: number;
};
