/**
 * Faults of AWS as a whole. A phone's own conditions, such as being switched off, affect its texts too; Twilio's API faults
 * do not.
 */
export const AWS_FAULTS = {
  throttle: { label: 'Throttles', hint: 'ThrottlingException: nothing is sent.' },
  refuse: { label: 'Refuses (spend limit)', hint: 'ServiceQuotaExceededException: nothing is sent.' },
  'internal-error': { label: 'Answers 500', hint: 'Nothing is sent. The caller cannot know that.' },
  'take-and-timeout': {
    label: 'Sends, then never answers',
    hint: 'The text goes out; its events are still published.',
  },
  silence: { label: 'Sends, publishes no event', hint: 'Answers, and the text goes out; no event follows.' },
  'all-silent': {
    label: 'Sends, never answers, publishes no event',
    hint: 'The text goes out; no answer and no event ever say so.',
  },
} as const satisfies Record<string, { label: string; hint: string }>;

export type AwsFault = keyof typeof AWS_FAULTS;
export const isAwsFault = (name: unknown): name is AwsFault =>
  typeof name === 'string' && Object.hasOwn(AWS_FAULTS, name);
