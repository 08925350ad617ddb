import type { FailureClass } from '@qdn/domain';

/**
 * Telnyx's error codes by what they call for.
 * https://developers.telnyx.com/docs/messaging/messages/error-codes/index
 * https://developers.telnyx.com/development/api-fundamentals/api-errors
 */
const CODES: Readonly<Record<FailureClass, readonly string[]>> = {
  'opted-out': [
    '40300', // blocked due to a STOP message
  ],
  unreachable: [
    '10002', // not a phone number
    '10016', // not in E.164
    '40001', // a landline, or not routable
    '40012', // the network does not know the number
    '40310', // 'to' is not valid
  ],
  credentials: [
    '10009', // authentication failed
    '401', // without a code of Telnyx's
  ],
  setup: [
    '10010', // the key may not do this
    '10039', // the account may text verified numbers only
    '20100', // no money left
    '40003', // our number is blocked as a source of spam
    '40009', // the network refuses these words
    '40010', // not registered for 10DLC
    '40013', // our number is not valid
    '40015', // filtered by Telnyx as spam
    '40305', // 'from' is not valid
    '40309', // the country is not enabled
    '40312', // the messaging profile is disabled
    '40314', // messaging is disabled on the account
  ],
  elsewhere: [
    '40002', // filtered as spam, for now
    '40004', // refused by the recipient's network for a reason that it does not give
    '40005', // expired on its way
    '40006', // the recipient's network is down
    '40008', // not taken by the recipient's network
    '40011', // over the network's rate
    '40014', // expired in the queue
  ],
  // Telnyx sends SMS and MMS only.
  channel: [],
  later: [
    '10011', // too many requests
    '429', // without a code of Telnyx's
    '40318', // the queue is full
  ],
  ambiguous: [
    '10007', // unexpected error
    '10008', // request timeout
  ],
};

const CLASS_OF: ReadonlyMap<string, FailureClass> = new Map(
  (Object.keys(CODES) as FailureClass[]).flatMap((name) => CODES[name].map((code) => [code, name] as const)),
);

/** Returns the class of a code; of one that is not in the table `setup`, so that a person looks at it. */
export const telnyxFailure = (code: string): FailureClass => CLASS_OF.get(code) ?? 'setup';
