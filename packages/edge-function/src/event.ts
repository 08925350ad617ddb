/*
 * The event of a CloudFront Function, version 1.0. Names of headers are in lower case; values are as the viewer sent them,
 * not decoded. https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-event-structure.html
 */

type EventValue = { value: string; multiValue?: { value: string }[] };
export type EventValues = { [name: string]: EventValue };

export type ViewerRequest = {
  method: string;
  uri: string;
  querystring: EventValues;
  headers: EventValues;
  cookies: EventValues;
};

export type ViewerRequestEvent = {
  version: '1.0';
  context: {
    distributionDomainName?: string;
    distributionId?: string;
    eventType: 'viewer-request';
    requestId?: string;
  };
  viewer: { ip: string };
  request: ViewerRequest;
};

/** An answer that the function gives itself, without the cache or an origin. */
export type GeneratedResponse = {
  statusCode: number;
  statusDescription: string;
  headers: EventValues;
  body?: { encoding: 'text'; data: string };
};
