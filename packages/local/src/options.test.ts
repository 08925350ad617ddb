import { describe, expect, test } from '@jest/globals';
import { HelpRequested, parseOptions, portsFrom, usage } from './options.ts';

describe('the options of npm start', () => {
  test('run the demo on port 8080 and keep the state by default', () => {
    expect(parseOptions([])).toEqual({ fresh: false, demo: true, basePort: 8080, realTwilio: null });
  });

  test('are all parsed', () => {
    expect(parseOptions(['--fresh', '--no-demo', '--port', '9000'])).toEqual({
      fresh: true,
      demo: false,
      basePort: 9000,
      realTwilio: null,
    });
  });

  test('use the real Twilio only on request, and only with a public URL', () => {
    const real = ['--twilio', 'real', '--public-url', 'https://qdn.example/'];
    expect(parseOptions(real).realTwilio).toEqual({ publicUrl: 'https://qdn.example' });
    expect(parseOptions(['--twilio', 'emulator']).realTwilio).toBeNull();
    expect(() => parseOptions(['--twilio', 'real', '--port', '9000'])).toThrow(/needs --public-url .* port 9000/);
    expect(() => parseOptions(['--public-url', 'https://qdn.example'])).toThrow('goes with --twilio real');
    expect(() => parseOptions(['--twilio', 'yes'])).toThrow(/--twilio .*'yes' is invalid.* emulator, real/);
    for (const url of ['http://qdn.example', 'qdn.example', 'https://qdn.example/a'])
      expect(() => parseOptions(['--twilio', 'real', '--public-url', url])).toThrow(
        /--public-url .*Use an address such as/,
      );
  });

  test.each([
    [['--port', 'abc'], /--port .*'abc' is invalid. Use a number from 1024 to 65500/],
    [['--port'], /--port .*argument missing/],
    [['--port', '80'], /--port .*'80' is invalid. Use a number/],
    [['--frehs'], /unknown option '--frehs'[\s\S]*Usage: npm start/],
    [['fresh'], /too many arguments[\s\S]*Usage: npm start/],
  ])('refuses %j and says why', (args, sentence) => {
    expect(() => parseOptions(args)).toThrow(sentence);
  });

  test('print the usage with every option for --help', () => {
    for (const flag of ['--help', '-h']) expect(() => parseOptions([flag])).toThrow(HelpRequested);
    for (const option of ['--fresh', '--no-demo', '--port', '--twilio', '--public-url'])
      expect(usage()).toContain(option);
  });

  test('give each listener its own port', () => {
    const { services, ...rest } = portsFrom(8080);
    const all = [...Object.values(rest), ...Object.values(services).flatMap((ports) => Object.values(ports))];
    expect(new Set(all).size).toBe(all.length);
    expect(Math.max(...all)).toBe(8098);
  });
});
