import { expect, test } from '@jest/globals';
import { createProgram } from './program.ts';

const run = async (...args: string[]): Promise<string> => {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  await createProgram({ environment: {}, repository: '/nowhere', print, note: () => {} }).parseAsync([
    'node',
    'qdn',
    'cost',
    ...args,
  ]);
  return printed.join('\n');
};

test('./qdn cost says what a month of four trailers costs, to whom, and what is free', async () => {
  const text = await run();
  expect(text).toMatch(/^A month of 4 trailers, in US dollars at prices of \d{4}-\d\d-\d\d/);
  expect(text).toMatch(/texts of customers, each to two dispatchers +264 +\$\d+\.\d\d/);
  expect(text).toMatch(/Together \$\d+\.\d\d: \$\d+\.\d\d to Twilio, \$\d+\.\d\d to AWS\./);
  expect(text).toMatch(/takes off up to \$\d+\.\d\d: then \$\d+\.\d\d\./);
  // What there is none of costs nothing, and is no line.
  expect(text).not.toContain('texts of status');
});

test('./qdn cost takes the owner’s own numbers', async () => {
  const { month, bill } = JSON.parse(
    await run(
      '--trailers',
      '2',
      '--hours',
      '50',
      '--fixes-per-post',
      '6',
      '--messages',
      '10',
      '--notices',
      '5',
      '--json',
    ),
  );
  expect(month).toEqual({
    trailers: 2,
    hoursPerTrailer: 50,
    fixesPerPost: 6,
    jobs: 66,
    messages: 10,
    answers: 5,
    notices: 5,
    viewerHours: 33,
  });
  const counts = Object.fromEntries(
    bill.lines.map(({ what, count }: { what: string; count: number }) => [what, count]),
  );
  expect(counts).toMatchObject({ 'hours of trailers on the road': 100, 'texts of status to customers': 5 });
  expect(bill.toPay).toBeLessThan(bill.together);
});
