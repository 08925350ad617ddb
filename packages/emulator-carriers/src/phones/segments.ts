import { SegmentedMessage } from 'sms-segments-calculator';

/** Returns the number of SMS segments of a text, the unit that carriers bill. */
export const segments = (text: string): number => new SegmentedMessage(text).segmentsCount;
