/**
 * What can be made to go wrong with the second carrier as a whole. A phone's own conditions, such as being switched off, hold
 * for its texts as well; Twilio's API faults do not.
 */
export const AWS_FAULTS = {
  throttle: { label: 'Throttles', hint: 'ThrottlingException: nothing is sent.' },
  refuse: { label: 'Refuses (spend limit)', hint: 'ServiceQuotaExceededException: nothing is sent.' },
  'internal-error': { label: 'Answers 500', hint: 'Nothing is sent. The caller cannot know that.' },
  'take-and-time-out': { label: 'Sends, then never answers', hint: 'The text goes out; its events still tell.' },
  silence: { label: 'Sends, but tells nothing', hint: 'Answers, and the text goes out; no event ever comes.' },
  'all-silent': { label: 'Sends, never answers, tells nothing', hint: 'Nobody will ever know that the text went out.' },
} as const satisfies Record<string, { label: string; hint: string }>;

export type AwsFault = keyof typeof AWS_FAULTS;
export const isAwsFault = (name: unknown): name is AwsFault =>
  typeof name === 'string' && Object.hasOwn(AWS_FAULTS, name);
