import type { MiddlewareObj } from '@middy/core';
import type { Validate } from '@qdn/contracts';
import type { SQSBatchResponse } from 'aws-lambda';
import { type BatchEvent, type ParsedRecord, receiveCountOf } from '../batch.ts';

/** A record that cannot be read: no retry by the same code helps. */
export class UnreadableRecord extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableRecord';
  }
}

/** JSON.parse's message quotes the text, which may be a customer's. */
const fromJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableRecord('The record is not JSON');
  }
};

const checked = <Body>(text: string, validate: Validate<Body>): Body => {
  const body = fromJson(text);
  if (validate(body)) return body;
  const places = (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath || '/'} ${keyword}`);
  throw new UnreadableRecord(`The record does not follow its schema: ${places.join(', ')}`);
};

/** Parses each record and checks it by a generated validator. An invalid record fails by itself, not the batch. */
export const parseRecords = <Body>(validate: Validate<Body>): MiddlewareObj<BatchEvent<Body>, SQSBatchResponse> => ({
  before: ({ event }) => {
    event.parsed = event.Records.map((record): ParsedRecord<Body> => {
      const { messageId, attributes } = record;
      try {
        const body = checked(record.body, validate);
        const sentAt = Number(attributes.SentTimestamp);
        return { record, message: { body, messageId, sentAt, receiveCount: receiveCountOf(record) } };
      } catch (error) {
        return { record, error: error instanceof Error ? error : new Error('The record cannot be read') };
      }
    });
  },
});
