import { OPERATOR, type RelayReport } from '@qdn/domain';
import { errorFields, type Logger } from '@qdn/lambda';
import type { RecordMeasures } from './record-measures.ts';

/** Maximum number of outbound messages named in one line of the log. */
const MAX_NAMED = 10;

/**
 * Returns a `report` port that writes to the log and the metrics. Only reports that need a person are errors; a recipient who cannot be
 * texted is on the timeline too.
 * @param hidden texts that no line may show
 * @param segmentUsd price of a segment, in US dollars
 */
export const logReports =
  (log: Logger, hidden: readonly string[], measures: RecordMeasures, segmentUsd: number) =>
  (report: RelayReport): void => {
    switch (report.kind) {
      case 'texted':
        measures.add({ Segments: report.segments, SmsDollars: report.segments * segmentUsd });
        break;
      case 'altered':
        log.warn('CARRIER_ALTERS_WORDS', { outboundMessageId: report.outboundMessageId, carrier: report.carrier });
        measures.add({ Altered: 1 });
        break;
      case 'indistinct':
        log.warn('OUTCOME_INDISTINCT', { outboundMessageId: report.outboundMessageId, carrier: report.carrier });
        measures.add({ Indistinct: 1 });
        break;
      case 'unknown':
        measures.add({ Unknown: 1 });
        break;
      case 'escalated':
        measures.add({ Escalated: report.count });
        break;
      case 'relayed':
        measures.add({ Relayed: 1, ...(report.latencyMs === null ? {} : { RelayLatency: report.latencyMs }) });
        break;
      case 'called': {
        const { messageSid: sid, outcome, code } = report;
        if (outcome === 'placed') log.info('CALL_PLACED', { sid });
        else log.warn('CALL_NOT_PLACED', { sid, outcome, code });
        break;
      }
      case 'without-eta':
        log.warn('RELAYED_WITHOUT_ETA', { sid: report.messageSid, ...errorFields(report.error, hidden) });
        break;
      case 'refused': {
        const { outboundMessageId, carrier, class: failure, code, isFinal } = report;
        if (isFinal) log.warn('RECIPIENT_REFUSED', { outboundMessageId, carrier, code, failure });
        else log.error('SETUP_REFUSED', { outboundMessageId, carrier, code, failure });
        if (!isFinal) measures.add({ SetupRefused: 1 });
        else if (outboundMessageId.split('~')[2] === OPERATOR) measures.add({ EscalationFailed: 1 });
        break;
      }
      case 'delivered':
        measures.add({ Delivered: 1 });
        break;
      case 'undelivered': {
        const { outboundMessageId, carrier, class: failure, code, isEscalation } = report;
        const isSetup = failure === 'setup' || failure === 'credentials';
        const fields = { outboundMessageId, carrier, code, failure };
        if (isSetup) log.error('NUMBER_BLOCKED', fields);
        else log.warn('TEXT_UNDELIVERED', fields);
        measures.add({
          Undelivered: 1,
          [`Undelivered.${failure ?? 'unknown'}`]: 1,
          ...(isSetup ? { NumberBlocked: 1 } : {}),
          ...(isEscalation ? { EscalationFailed: 1 } : {}),
        });
        break;
      }
      case 'taken-over':
        log.warn('CARRIER_FAILOVER', { outboundMessageId: report.outboundMessageId, from: report.from, by: report.by });
        break;
      case 'unanswered':
        log.error('DISPATCHER_UNANSWERED', { sid: report.messageSid });
        measures.add({ Unanswered: 1 });
        break;
      case 'team-phone-stopped':
        log.error('TEAM_PHONE_STOPPED', { sid: report.messageSid });
        measures.add({ TeamPhoneStopped: 1 });
        break;
      case 'held':
        log.warn('MESSAGE_HELD', { sid: report.messageSid });
        break;
      case 'unresolved': {
        const { outboundMessageIds } = report;
        measures.add({ Unresolved: outboundMessageIds.length });
        if (outboundMessageIds.length > 0)
          log.error('OUTCOME_UNKNOWN', {
            count: outboundMessageIds.length,
            outboundMessageIds: outboundMessageIds.slice(0, MAX_NAMED).join(' '),
          });
      }
    }
  };
