import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request as received, before anything in it is trusted. Header names are lower-case. */
export type Received = {
  method: string;
  path: string;
  rawQuery: string;
  query: URLSearchParams;
  pathParameters: Readonly<Record<string, string | undefined>>;
  headers: Readonly<Record<string, string | undefined>>;
  rawBody: string;
  /** Returns the body as it came over the wire, for one that is compressed or not in UTF-8. */
  bodyBytes: () => Buffer;
  correlationId: string;
};

/** An API Gateway event with the middlewares' findings: Middy passes nothing else to the function. */
export type ApiEvent = APIGatewayProxyEventV2 & { received?: Received; caller?: unknown };

/** @throws Error when `receiveRequest` has not run before */
export const receivedOf = ({ received }: ApiEvent): Received => {
  if (!received) throw new Error('receiveRequest must come first in the stack');
  return received;
};
