import { describe, expect, test } from '@jest/globals';
import { parseOptions, portsFrom } from './options.ts';

describe('the options of npm start', () => {
  test('without any, the demo runs on port 8080 and keeps what was there', () => {
    expect(parseOptions([])).toEqual({ fresh: false, demo: true, basePort: 8080, help: false });
  });

  test('each is understood', () => {
    expect(parseOptions(['--fresh', '--no-demo', '--port', '9000'])).toEqual({
      fresh: true,
      demo: false,
      basePort: 9000,
      help: false,
    });
  });

  test.each([[['--port', 'abc']], [['--port']], [['--port', '80']], [['--frehs']]])(
    '%j is refused with a sentence',
    (args) => {
      expect(() => parseOptions(args)).toThrow(/--port takes|does not know/);
    },
  );

  test('no two things share a port', () => {
    const { services, ...rest } = portsFrom(8080);
    const all = [...Object.values(rest), ...Object.values(services).flatMap((ports) => Object.values(ports))];
    expect(new Set(all).size).toBe(all.length);
    expect(Math.max(...all)).toBe(8098);
  });
});
