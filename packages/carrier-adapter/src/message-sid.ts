import { createHash } from 'node:crypto';

/** Returns the SID of a message that a carrier names in another way: the same each time that the carrier repeats it. */
export const messageSidOf = (carrier: string, id: string): string =>
  `QC${createHash('sha256').update(`${carrier}\n${id}`).digest('hex').slice(0, 32)}`;
