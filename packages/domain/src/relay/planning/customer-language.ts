import type { Job, Language } from '../../job.ts';
import { personKey } from '../conversation/person-key.ts';
import type { RelayDependencies } from '../dependencies.ts';
import { spokenLanguage } from '../recognition/spoken-language.ts';
import { questionIn } from './find-job.ts';

/** Number of words from which an English text shows its language; fewer, as in "ok", say nothing. */
const MIN_ENGLISH_WORDS = 3;

/** Returns the language that a text shows; null for one that may be either. */
const languageShown = (body: string, jobPrefix: string): Language | null => {
  const asked = questionIn(body, jobPrefix)?.language;
  if (asked !== undefined) return asked;
  if (spokenLanguage(body) === 'es') return 'es';
  return (body.match(/\p{L}+/gu) ?? []).length >= MIN_ENGLISH_WORDS ? 'en' : null;
};

/** Returns the language of the newest text that shows one; null without any. @param bodies newest first */
export const languageOfTexts = (bodies: readonly string[], jobPrefix: string): Language | null => {
  for (const body of bodies) {
    const shown = languageShown(body, jobPrefix);
    if (shown !== null) return shown;
  }
  return null;
};

/**
 * Returns the language in which a job's customer gets notices and automatic texts: that of the job, else that of their newest text on it,
 * else that of their last text on any job; English when nothing shows one.
 */
export const customerLanguage = async (
  { relay, company }: Pick<RelayDependencies, 'relay' | 'company'>,
  { id, customer, createdAt }: Pick<Job, 'id' | 'customer' | 'createdAt'>,
): Promise<Language> => {
  if (customer.language !== undefined) return customer.language;
  const person = personKey(customer.phone);
  const own = (await relay.recent(id, createdAt, Number.POSITIVE_INFINITY))
    .filter(({ from }) => personKey(from) === person)
    .toSorted((a, b) => b.receivedAt - a.receivedAt)
    .map(({ body }) => body);
  const shown = languageOfTexts(own, company.jobPrefix);
  if (shown !== null) return shown;
  const last = (await relay.conversation(person))?.lastOfPerson?.body ?? '';
  return languageOfTexts([last], company.jobPrefix) ?? 'en';
};
