import type { Located, LogRecord } from '@qdn/aws/compliance-log';
import { isJsonObject } from '@qdn/json';
import { oneLine } from '../printable.ts';
import type { LocalTime } from '../times/local-time.ts';

const text = (value: unknown): string =>
  typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value);
const quoted = (value: unknown): string => JSON.stringify(text(value));

/** Returns a record as one line of text. A record of an unknown type is returned as JSON. */
export const recordSummary = ({ type, data }: Pick<LogRecord, 'type' | 'data'>): string => {
  switch (type) {
    case 'message': {
      const record = isJsonObject(data['record']) ? data['record'] : {};
      return `${text(data['sender']) || 'unknown sender'} (${text(record['from'])}) wrote ${quoted(record['body'])}`;
    }
    case 'text': {
      const { recipient, to, body, state, carrier, carrierSid, errorCode, attempt, claims } = data;
      const details = [
        carrier && `via ${text(carrier)}`,
        carrierSid,
        errorCode != null && `error ${text(errorCode)}`,
        Number(attempt) > 1 && `attempt ${text(attempt)}`,
        Number(claims) > 1 && `claimed ${text(claims)} times`,
      ].filter(Boolean);
      return `to ${text(recipient)} (${text(to)}): ${text(state).toLowerCase()}${details.length > 0 ? `, ${details.join(', ')}` : ''}${body === undefined ? '' : `; ${quoted(body)}`}`;
    }
    case 'receipt': {
      const { recipient, delivery, carrierSid, errorCode } = data;
      return `${text(recipient)}: ${text(delivery) || 'accepted'}, ${text(carrierSid)}${errorCode == null ? '' : `, error ${text(errorCode)}`}`;
    }
    case 'acknowledgement':
      return `by ${text(data['by'])}, with ${text(data['with'])}`;
    case 'consent':
      return `${text(data['phone'])} ${data['isStopped'] ? 'wants no more texts' : 'wants texts again'} (${text(data['by'])}${data['why'] ? `: ${text(data['why'])}` : ''})`;
    case 'alarm':
      return 'no dispatcher has answered';
    default:
      return JSON.stringify(data);
  }
};

/** Returns a record as one line with its time. */
export const logLine = ({ record }: Located, time: LocalTime): string =>
  oneLine(
    `${time.stamp(record.at)}  ${record.type.padEnd(15)}  ${(record.timelineId ?? '').padEnd(10)}  ${record.sid ?? ''}  ${recordSummary(record)}`,
  );
