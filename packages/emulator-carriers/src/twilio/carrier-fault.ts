import { type Fault, isFault } from '../phones/faults.ts';
import type { Memory } from '../phones/memory.ts';

/** Twilio's key among the carriers of the emulator. */
export const TWILIO = 'twilio';

/** Returns the fault of the whole carrier, as set on the Phones page or by a test. */
export const carrierFault = (memory: Memory): { fault: Fault | null; times: number | null } => {
  const { fault, times } = memory.carrierFault(TWILIO);
  return { fault: isFault(fault) ? fault : null, times };
};

/** Takes the fault for a text to this phone: the carrier's before the phone's. A counted one is used up. */
export const takeFault = (memory: Memory, number: string): Fault | null => {
  const fault = memory.takeCarrierFault(TWILIO) ?? memory.phone(number)?.fault ?? null;
  return isFault(fault) ? fault : null;
};
