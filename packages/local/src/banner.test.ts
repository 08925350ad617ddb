import { expect, test } from '@jest/globals';
import { banner } from './banner.ts';

const running = {
  edgeUrl: 'http://localhost:8080',
  phonesUrl: 'http://localhost:8081',
  hostPageUrl: 'http://localhost:8087',
  realTwilio: null,
  company: { name: 'QuickDumpNow', file: 'config/company.example.json', isExample: true, jobPrefix: 'QDN', stop: null },
  jobs: [
    {
      id: 'QDN-1042',
      customer: 'Maria Lopez',
      status: 'in_transit',
      trailers: ['T1'],
      link: 'http://localhost:8080/track?job_id=a.b.c',
    },
  ],
  operatorToken: 'op.er.ator',
  deviceToken: { trailerId: 'T1', token: 'de.vi.ce', place: { lat: 30.2478, lon: -97.7763 } },
  logDirectory: '.local/logs',
  seconds: 7.25,
};

test('prints every link to open, and one command for each endpoint', () => {
  const text = banner(running, false);
  for (const part of ['http://localhost:8081', 'a.b.c', 'OPERATOR=op.er.ator', 'DEVICE=de.vi.ce', 'TRACK=a.b.c']) {
    expect(text).toContain(part);
  }
  for (const part of [
    '/api/jobs/$TRACK/location',
    '/tracking-links',
    'PATCH',
    'OPTIONS',
    '/api/trailers/T1/location',
    '/messages',
  ]) {
    expect(text).toContain(part);
  }
});

test('prints the webhooks to set and a warning about real texts, with the real Twilio', () => {
  const webhooks = { smsUrl: 'https://qdn.example/in#rc=3', smsFallbackUrl: 'https://qdn.example/fallback#rc=3' };
  const realTwilio = { accountSid: 'AC1', number: '+15125550142', ...webhooks };
  const text = banner({ ...running, phonesUrl: null, realTwilio }, false);
  for (const part of ['for money', 'AC1', '+15125550142', ...Object.values(webhooks)]) expect(text).toContain(part);
  expect(text).not.toMatch(/Phones|null/);
});

test('uses a job that the first command creates, at a stop of the company, without the demo', () => {
  const stop = { kind: 'yard', address: "Joe's yard", lat: 30.1, lon: -97.5 };
  const company = { name: 'Blue Bins', file: 'config/company.json', isExample: false, jobPrefix: 'QDN', stop };
  const text = banner(
    { ...running, company, jobs: [], deviceToken: { trailerId: 'B7', token: 'de.vi.ce', place: stop } },
    false,
  );
  expect(text).toContain('Blue Bins, by config/company.json');
  expect(text).toContain(
    '"stops":[{"kind":"yard","address":"Joe\'\\\'\'s yard","lat":30.1,"lon":-97.5}],"trailers":["B7"]',
  );
  expect(text).toContain('token track QDN-2001');
  expect(text).not.toMatch(/QDN-1042|undefined|null|the demo/);
});

test('reports a position where the trailer is, for a job of that trailer', () => {
  const other = {
    ...running.jobs[0],
    id: 'QDN-1043',
    customer: 'Sam Carter',
    trailers: ['T2', 'T4'],
    status: '',
    link: '',
  };
  const deviceToken = { ...running.deviceToken, trailerId: 'T2' };
  const text = banner(
    { ...running, deviceToken, jobs: [...running.jobs, { ...other, link: running.jobs[0]?.link ?? '' }] },
    false,
  );
  expect(text).toMatch(/QDN-1043\/location \\\n\s+-d '{"lat":30.2478,"lon":-97.7763/);
  expect(text).toContain('/api/trailers/T2/location?lat=30.2478&lon=-97.7763&');
});

test('says that the example company is an example', () => {
  expect(banner(running, false)).toContain('The company is an example, QuickDumpNow. To make it yours: ./qdn init');
});

test('prints no escape codes without a terminal', () => {
  expect(banner(running, false)).not.toContain('\u001b');
  expect(banner(running, true)).toContain('\u001b');
});
