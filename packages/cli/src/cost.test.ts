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

test('./qdn cost prints the cost of a month with four trailers, by biller, and the free tier', async () => {
  const text = await run();
  expect(text).toMatch(/^A month of 4 trailers, in US dollars at prices of \d{4}-\d\d-\d\d/);
  expect(text).toMatch(/messages from customers, each to two dispatchers +264 +\$\d+\.\d\d/);
  expect(text).toMatch(/Together \$\d+\.\d\d: \$\d+\.\d\d to Twilio, \$\d+\.\d\d to AWS\./);
  expect(text).toMatch(/free tier reduces this by up to \$\d+\.\d\d, to \$\d+\.\d\d\./);
  // An item with a count of 0 has no line.
  expect(text).not.toContain('automatic updates');
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
  expect(counts).toMatchObject({ 'hours of trailers on the road': 100, 'automatic updates to customers': 5 });
  expect(bill.toPay).toBeLessThan(bill.together);
});
