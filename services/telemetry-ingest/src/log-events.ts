import type { TelemetryEvent } from '@qdn/domain';
import { errorFields, type Logger } from '@qdn/lambda';

/** Returns an `emit` port that writes the telemetry use cases' events to the log. */
export const logEvents =
  (log: Logger) =>
  (event: TelemetryEvent): void => {
    switch (event.kind) {
      case 'status-changed':
        log.info('STATUS_CHANGED', { jobId: event.jobId, from: event.from, to: event.to });
        break;
      case 'quarantine-not-stored':
        log.warn('QUARANTINE_NOT_STORED', { trailerId: event.trailerId, ...errorFields(event.error) });
        break;
      case 'trailer-not-registered':
        log.warn('TRAILER_NOT_REGISTERED', { trailerId: event.trailerId, ...errorFields(event.error) });
        break;
      case 'sample-not-stored':
        log.warn('TRAVEL_SAMPLE_NOT_STORED', { jobId: event.jobId, ...errorFields(event.error) });
    }
  };
