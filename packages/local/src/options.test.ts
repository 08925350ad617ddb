import { describe, expect, test } from '@jest/globals';
import { parseOptions, portsFrom } from './options.ts';

describe('the options of npm start', () => {
  test('without any, the demo runs on port 8080 and keeps what was there', () => {
    expect(parseOptions([])).toEqual({ fresh: false, demo: true, basePort: 8080, help: false, realTwilio: null });
  });

  test('each is understood', () => {
    expect(parseOptions(['--fresh', '--no-demo', '--port', '9000'])).toEqual({
      fresh: true,
      demo: false,
      basePort: 9000,
      help: false,
      realTwilio: null,
    });
  });

  test('Twilio itself is used only when it is said, and where Twilio finds this machine', () => {
    const real = ['--twilio', 'real', '--public-url', 'https://qdn.example/'];
    expect(parseOptions(real).realTwilio).toEqual({ publicUrl: 'https://qdn.example' });
    expect(parseOptions(['--twilio', 'stand-in']).realTwilio).toBeNull();
    expect(() => parseOptions(['--twilio', 'real', '--port', '9000'])).toThrow(/needs --public-url .* port 9000/);
    expect(() => parseOptions(['--public-url', 'https://qdn.example'])).toThrow('goes with --twilio real');
    expect(() => parseOptions(['--twilio', 'yes'])).toThrow('--twilio takes');
    for (const url of ['http://qdn.example', 'qdn.example', 'https://qdn.example/a'])
      expect(() => parseOptions(['--twilio', 'real', '--public-url', url])).toThrow('--public-url takes');
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
