/** A refusal of Twilio's REST API. https://www.twilio.com/docs/api/errors */
export type ApiError = { status: number; code: number; message: string };

const error =
  (status: number, code: number, message: (detail: string) => string) =>
  (detail = ''): ApiError => ({ status, code, message: message(detail) });

export const apiErrors = {
  authenticate: error(401, 20003, () => 'Authenticate'),
  methodNotAllowed: error(405, 20004, () => 'Method not allowed'),
  notFound: error(404, 20404, (path) => `The requested resource ${path} was not found`),
  // Not documented. The emulator refuses, so that another program's secondary token is not replaced unnoticed.
  secondaryExists: error(409, 20409, () => 'A secondary Auth Token exists already'),
  tooManyRequests: error(429, 20429, () => 'Too Many Requests'),
  internal: error(500, 20500, () => 'Internal Server Error'),
  // The refusal is documented for numbers, its code is not.
  invalidNumberUrl: error(400, 20001, (field) => `${field} is not a valid URL`),
  invalidTo: error(400, 21211, (to) => `Invalid 'To' Phone Number: ${to}`),
  invalidFrom: error(400, 21212, (from) => `Invalid 'From' Number: ${from}`),
  sameNumber: error(400, 21266, () => "'To' and 'From' number cannot be the same"),
  callTo: error(400, 21201, () => "No 'To' number specified"),
  callUrl: error(400, 21205, (url) => `Url is not a valid URL: ${url}`),
  callerNotVerified: error(400, 21210, (from) => `'From' phone number not verified: ${from}`),
  callFrom: error(400, 21213, () => "'From' phone number is required"),
  callNotPermitted: error(400, 21215, (to) => `Account not authorized to call ${to}`),
  callToInvalid: error(400, 21217, (to) => `Phone number does not appear to be valid: ${to}`),
  missingBody: error(400, 21602, () => 'Message body is required.'),
  missingFrom: error(400, 21603, () => "A 'From' phone number is required."),
  missingTo: error(400, 21604, () => "A 'To' phone number is required."),
  foreignFrom: error(
    400,
    21606,
    (from) =>
      `The 'From' phone number provided (${from}) is not a valid message-capable Twilio phone number for this destination.`,
  ),
  invalidStatusCallback: error(400, 21609, (url) => `The 'StatusCallback' URL ${url} is not a valid URL.`),
  optedOut: error(400, 21610, () => 'Attempt to send to unsubscribed recipient'),
  notMobile: error(400, 21614, (to) => `'To' number is not a valid mobile number: ${to}`),
  bodyTooLong: error(400, 21617, () => 'The concatenated message body exceeds the 1600 character limit.'),
  invalidMediaUrl: error(400, 21620, (url) => `Invalid media URL(s): ${url}`),
  tooManyMedia: error(400, 21623, () => 'Number of media files exceeds allowed limit'),
  mixedChannels: error(400, 21910, () => 'Invalid From and To pair. From and To should be of the same channel'),
  noChannelSender: error(400, 63007, () => 'Twilio could not find a Channel with the specified From address'),
  noMessagingService: error(400, 21701, () => 'The Messaging Service does not exist.'),
} as const;
